//! The project's one central list of rules, and an edit of it that leaves everything else alone.

use std::io;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged as _, TextRange, TextSize};

use super::Rule;
use crate::project::{Project, ProjectError};
use crate::scan::syntax::Module;

/// The gate's module that `guard init` writes, its list, and one entry of it.
const OWN: (&str, &str, &str) =
    ("blocking_io_gate.py", "PROJECT_RULES", "Rule(\"{name}\", {owner}, \"{function}\")");

/// Where a project keeps its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentralList {
    /// The file, relative to the root.
    pub file: String,
    /// The list's name: a tuple, list or set at the top of the file.
    pub list: String,
    /// One entry, as [`Rule::fill`] takes it.
    pub entry: String,
}

/// Why a list could not be found or edited.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The configuration cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The file cannot be read or written.
    #[error("could not {what} the list of rules in {file}; look at `gate.rules.file`")]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// Relative to the root.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There is no such list in the file.
    #[error(
        "{file} has no tuple, list or set `{list}` at its top; look at `gate.rules` in the configuration, or add this to the list by hand:\n{entry}"
    )]
    NoList {
        /// Relative to the root.
        file: String,
        /// Its name.
        list: String,
        /// What was to be added.
        entry: String,
    },
}

impl CentralList {
    /// The list that the configuration names, else that of a gate of `guard init`; none for any other
    /// gate.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn of(project: &Project) -> Result<Option<Self>, ListError> {
        if let Some(rules) = project.central_list()? {
            let entry = rules.entry.unwrap_or_else(|| OWN.2.to_owned());
            return Ok(Some(Self { file: rules.file, list: rules.list, entry }));
        }
        let (file, list, entry) = OWN;
        let file = format!("{}/{file}", project.anchors);
        let there = std::fs::read_to_string(project.root.join(&file));
        Ok(there.is_ok_and(|text| text.contains(list)).then(|| Self {
            file,
            list: list.to_owned(),
            entry: entry.to_owned(),
        }))
    }

    /// One line a rule: what goes into the list.
    pub fn entry(&self, rule: &Rule) -> String {
        format!("{},", rule.fill(&self.entry))
    }

    /// Whether a text of the file has the rule in its list.
    pub fn has(&self, text: &str, rule: &Rule) -> bool {
        let module = Module::parse(text.to_owned());
        let entry = squeezed(&rule.fill(&self.entry));
        elements(&module, &self.list)
            .is_some_and(|found| found.all.iter().any(|at| squeezed(&text[*at]) == entry))
    }

    /// The file's text with the rule at the end of the list, and the import that it needs.
    ///
    /// # Errors
    /// When the file has no such list.
    pub fn with(&self, text: &str, rule: &Rule) -> Result<String, ListError> {
        let module = Module::parse(text.to_owned());
        let Some(found) = elements(&module, &self.list) else {
            return Err(ListError::NoList {
                file: self.file.clone(),
                list: self.list.clone(),
                entry: self.entry(rule),
            });
        };
        let close = usize::from(found.range.end()) - 1;
        let mut edited = text.to_owned();
        let before = text[..close].trim_end_matches([' ', '\t']);
        let line = format!("    {}\n", self.entry(rule));
        if before.ends_with('\n') {
            edited.insert_str(before.len(), &line);
        } else {
            edited.insert_str(close, &format!("\n{line}"));
        }
        if let Some(last) = found.all.last() {
            let after = &text[usize::from(last.end())..close];
            let code = after.split('#').next().unwrap_or_default();
            if !code.contains(',') {
                edited.insert(usize::from(last.end()), ',');
            }
        }
        if let Some((at, line)) = import(&module, &rule.module) {
            edited.insert_str(at, &line);
        }
        Ok(edited)
    }
}

struct Elements {
    range: TextRange,
    all: Vec<TextRange>,
}

/// The literal that a name is assigned at the top of a file.
fn elements(module: &Module, list: &str) -> Option<Elements> {
    let is = |target: &Expr| target.as_name_expr().is_some_and(|name| name.id.as_str() == list);
    let value = module.tree().body.iter().find_map(|stmt| match stmt {
        Stmt::Assign(assign) if assign.targets.iter().any(is) => Some(assign.value.as_ref()),
        Stmt::AnnAssign(assign) if is(&assign.target) => assign.value.as_deref(),
        _ => None,
    })?;
    let elts: &[Expr] = match value {
        Expr::Tuple(tuple) if tuple.parenthesized => &tuple.elts,
        Expr::List(list) => &list.elts,
        Expr::Set(set) => &set.elts,
        _ => return None,
    };
    Some(Elements { range: value.range(), all: elts.iter().map(|each| each.range()).collect() })
}

/// Where an import goes, and its line; none where the module is imported already.
fn import(module: &Module, name: &str) -> Option<(usize, String)> {
    let body = &module.tree().body;
    let plain = |stmt: &Stmt| -> Option<Vec<String>> {
        let import = stmt.as_import_stmt()?;
        let bare = import.names.iter().filter(|alias| alias.asname.is_none());
        Some(bare.map(|alias| alias.name.to_string()).collect())
    };
    if body.iter().filter_map(plain).any(|names| names.iter().any(|known| known == name)) {
        return None;
    }
    let line = format!("import {name}\n");
    let after = body.iter().filter_map(|stmt| Some((stmt, plain(stmt)?)));
    let near =
        after.take_while(|(_, names)| names.first().is_some_and(|known| known.as_str() < name));
    if let Some((stmt, _)) = near.last() {
        return Some((line_end(module, stmt.end()), line));
    }
    if let Some(first) = body.iter().find(|stmt| plain(stmt).is_some()) {
        return Some((usize::from(first.start()), line));
    }
    // After the docstring and what must stand first.
    let is_first = |stmt: &&Stmt| match stmt {
        Stmt::Expr(expr) => expr.value.is_string_literal_expr(),
        Stmt::ImportFrom(from) => from.module.as_ref().is_some_and(|name| name == "__future__"),
        _ => false,
    };
    let at = body.iter().take_while(is_first).last();
    Some((at.map_or(0, |stmt| line_end(module, stmt.end())), line))
}

/// The start of the line after an offset.
fn line_end(module: &Module, offset: TextSize) -> usize {
    let at = usize::from(offset);
    module.source()[at..].find('\n').map_or(module.source().len(), |next| at + next + 1)
}

fn squeezed(code: &str) -> String {
    code.chars().filter(|char| !char.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entry: &str) -> CentralList {
        CentralList { file: "gate.py".into(), list: "RULES".into(), entry: entry.into() }
    }

    fn own() -> CentralList {
        list(OWN.2)
    }

    #[test]
    fn the_first_rule_goes_into_an_empty_list() {
        let text = "import os\n\nRULES: Tuple[Rule, ...] = (\n)\n";
        let expected =
            "import os\n\nRULES: Tuple[Rule, ...] = (\n    Rule(\"os.chmod\", os, \"chmod\"),\n)\n";
        let edited = own().with(text, &Rule::of("os.chmod")).unwrap();
        assert_eq!(edited, expected);
        assert!(own().has(&edited, &Rule::of("os.chmod")));
        assert!(!own().has(text, &Rule::of("os.chmod")));
    }

    #[test]
    fn a_rule_goes_after_the_last_one_its_comment_and_its_missing_comma() {
        let text = "import os\n\nRULES = [\n    Rule(\"os.a\", os, \"a\")  # slow, really\n]\n";
        let expected = "import fcntl\nimport os\n\nRULES = [\n    Rule(\"os.a\", os, \"a\"),  # slow, really\n    Rule(\"fcntl.flock\", fcntl, \"flock\"),\n]\n";
        assert_eq!(own().with(text, &Rule::of("fcntl.flock")).unwrap(), expected);
    }

    #[test]
    fn a_list_on_one_line_and_an_entry_of_the_projects_own() {
        let text = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\n\nRULES: tuple = ()\n";
        let entry = "(\"{name}\", Fn({owner}, \"{function}\"))";
        let expected = "\"\"\"Doc.\"\"\"\nfrom __future__ import annotations\nimport os\n\nRULES: tuple = (\n    (\"os.utime\", Fn(os, \"utime\")),\n)\n";
        assert_eq!(list(entry).with(text, &Rule::of("os.utime")).unwrap(), expected);
    }

    #[test]
    fn a_file_without_the_list_is_said_with_what_to_add() {
        let error = own().with("RULES = make()\n", &Rule::of("os.chmod")).unwrap_err().to_string();
        assert!(
            error.starts_with("gate.py has no tuple, list or set `RULES` at its top"),
            "{error}"
        );
        assert!(error.ends_with("Rule(\"os.chmod\", os, \"chmod\"),"), "{error}");
    }
}
