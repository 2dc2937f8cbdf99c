//! Writes what somebody measured: the row of the audit document, and what in the configuration
//! rests on it. Everything is worked out before anything is written, and writing twice writes once.

use std::fs;
use std::path::Path;

use super::audit::{Audit, Class, Entry, Put};
use super::config_text::{ConfigText, Pair};
use super::find::{Stand, Told};
use super::look::{Kind, Look, look};
use super::{FenceError, LIMIT, allow, names};
use crate::model::{Measurement, nearest};
use crate::project::{FenceRules, FencedName, Project};
use crate::scan::{self, SourceFile};

/// A call that somebody measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Relative to the root.
    pub file: String,
    /// The async function, dotted, or by its own name where the file has one such alone.
    pub function: String,
    /// The last name of the call.
    pub callee: String,
    /// What the measurement makes of it.
    pub class: Class,
    /// The measurement. A wrapped call may do without: its row keeps the one that it has, or takes
    /// that of the fenced name.
    pub worst: Option<Measurement>,
    /// How it was made, under the same terms.
    pub how: Option<String>,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Relative to the root.
    pub file: String,
    /// What came of it.
    pub put: Put,
    /// The lines that say it.
    pub text: String,
}

/// Writes the row of a call, and allows a bare call that is quick.
///
/// # Errors
/// No fence; no such call; a measurement that says the opposite of the class; a configuration file
/// that cannot be appended to.
pub fn record(project: &Project, row: &Row) -> Result<Vec<Written>, FenceError> {
    let rules = project.fence()?.ok_or_else(|| FenceError::none(project))?;
    if let Some(worst) = &row.worst {
        fits(row.class, worst)?;
    }
    let files = files(project)?;
    let (look, function) = place(row, &rules, &files)?;
    let mut audit = Audit::read(&project.root, &rules.audit.value)?;
    let is_known = |known: &&Entry| {
        known.callee == row.callee
            && rules.is_path(&known.file, &row.file)
            && allow::asyncs(&look, &known.function) == [function.as_str()]
    };
    let known = audit.rows().find(is_known).cloned();
    let (worst, how) = measured(row, known.as_ref(), &rules)?;
    fits(row.class, &worst)?;
    let (file, named) = match known {
        Some(known) => (known.file, known.function),
        None => (rules.written(&row.file).to_owned(), function.clone()),
    };
    let entry = Entry {
        file: file.clone(),
        function: named,
        callee: row.callee.clone(),
        class: row.class,
        worst,
        how,
    };
    let put = audit.put(&entry);
    let shown = audit.shown(&entry).unwrap_or_default().to_owned();
    let mut written = vec![Written { file: rules.audit.value.clone(), put, text: shown }];
    let mut config = None;
    if row.class == Class::SafeFast && Told::by(&rules).names.contains(&row.callee) {
        let mut text = ConfigText::of(&rules);
        let is_allowed = rules.allow.iter().any(|allowed| {
            allowed.file == row.file
                && allowed.callee == row.callee
                && allow::asyncs(&look, &allowed.function) == [function.as_str()]
        });
        let pairs: [Pair<'_>; 3] =
            [("file", rules.written(&row.file)), ("function", &function), ("callee", &row.callee)];
        let shown = text.shown("allow", &pairs);
        let put = match is_allowed {
            true => Put::Unchanged,
            false => {
                text.append("allow", &pairs);
                text.checked(project, |now| now.allow.len() == rules.allow.len() + 1)?;
                Put::Added
            }
        };
        written.push(Written { file: text.file().to_owned(), put, text: shown });
        config = Some(text);
    }
    if written[0].put != Put::Unchanged {
        write(&project.root, &rules.audit.value, &audit.text())?;
    }
    if let Some(text) = config {
        text.write(&project.root)?;
    }
    Ok(written)
}

/// The measurement of a row and how it was made: as said, else as the row of the same class has it,
/// else that of the fenced name.
fn measured(
    row: &Row,
    known: Option<&Entry>,
    rules: &FenceRules,
) -> Result<(Measurement, String), FenceError> {
    let known = known.filter(|known| known.class == row.class);
    let of_name = (rules.names.iter())
        .filter(|_| row.class == Class::Wrapped)
        .find(|fenced| fenced.name.value == row.callee);
    let worst = (row.worst.clone())
        .or_else(|| known.map(|known| known.worst.clone()))
        .or_else(|| of_name.map(|name| name.worst.value.clone()));
    let how = (row.how.clone())
        .or_else(|| known.map(|known| known.how.clone()))
        .or_else(|| of_name.map(|name| name.how.value.clone()));
    match (worst, how) {
        (Some(worst), Some(how)) => Ok((worst, one_line(&how)?)),
        (None, _) | (_, None) => Err(FenceError::Unfit(format!(
            "nothing says yet how long `{}` takes there; give `--worst` and `--how`",
            row.callee
        ))),
    }
}

/// Fences a name, or gives a fenced one another measurement.
///
/// # Errors
/// A name that cannot be fenced; a measurement that is too quick; a configuration file that cannot
/// be written to.
pub fn add(
    project: &Project,
    name: &str,
    worst: &Measurement,
    how: &str,
) -> Result<Written, FenceError> {
    let how = one_line(how)?;
    if !names::is_identifier(name) {
        return Err(FenceError::Unfit(format!(
            "`{name}` is no name; calls are matched by their last name, so `m.s.f()` is fenced as `f`"
        )));
    }
    fits(Class::Wrapped, worst)?;
    let files = files(project)?;
    let looks = look(&files, &Told::default());
    names::sync_def(name, &files, &looks)
        .map_err(|(title, label)| FenceError::Unfit(format!("{title}; {label}")))?;
    let rules = project.fence()?;
    let known = rules.iter().flat_map(|it| &it.names).find(|it| it.name.value == name);
    let mut text = match &rules {
        Some(rules) => ConfigText::of(rules),
        None => ConfigText::without_fence(project)?,
    };
    let pairs: [Pair<'_>; 3] = [("name", name), ("worst", &worst.to_string()), ("how", &how)];
    let is_it =
        |it: &FencedName| it.name.value == name && it.worst.value == *worst && it.how.value == how;
    let put = match known {
        Some(known) if is_it(known) => Put::Unchanged,
        Some(known) => {
            text.replace(vec![
                (known.worst.mark.span(), worst.to_string()),
                (known.how.mark.span(), how.clone()),
            ]);
            Put::Updated
        }
        None => {
            text.append("names", &pairs);
            Put::Added
        }
    };
    let shown = text.shown("names", &pairs);
    if put != Put::Unchanged {
        text.checked(project, |now| now.names.iter().any(is_it))?;
        text.write(&project.root)?;
    }
    Ok(Written { file: text.file().to_owned(), put, text: shown })
}

fn files(project: &Project) -> Result<Vec<SourceFile>, FenceError> {
    scan::collect(&project.root, &project.roots, &project.exclude).map_err(FenceError::Files)
}

/// What is known of the file of a row, and the async function, dotted, in which the call stands as
/// its class says.
fn place(
    row: &Row,
    rules: &FenceRules,
    files: &[SourceFile],
) -> Result<(Look, String), FenceError> {
    let Row { file, function, callee, .. } = row;
    let unfit = |what: String| Err(FenceError::Unfit(what));
    let Some(source) = files.iter().find(|source| source.path == *file) else {
        return unfit(match nearest(file, files.iter().map(|source| source.path.as_str())) {
            Some(near) => {
                format!("`{file}` is no Python file of the project; did you mean `{near}`?")
            }
            None => {
                format!("`{file}` is no Python file of the project; name one of its scan roots")
            }
        });
    };
    let mut told = Told::by(rules);
    told.names.insert(callee.clone());
    let look = look(std::slice::from_ref(source), &told).pop().expect("one file, one look");
    let look = look.map_err(|unread| FenceError::Unread {
        path: file.clone(),
        line: unread.line,
        reason: unread.message,
    })?;
    let found = match allow::asyncs(&look, function).as_slice() {
        [one] => (*one).to_owned(),
        [] => {
            let own = look.defs.iter().filter(|def| def.kind == Kind::Async);
            return unfit(match nearest(function, own.map(|def| def.dotted.as_str())) {
                Some(near) => {
                    format!("no `async def {function}` in {file}; did you mean `{near}`?")
                }
                None => format!("no `async def {function}` in {file}; name one that is there"),
            });
        }
        several => {
            return unfit(format!(
                "`{function}` is several async functions of {file}: say which of {}",
                several.join(", ")
            ));
        }
    };
    let (stand, how) = match row.class {
        Class::Wrapped => (Stand::Wrapped, "wrapped"),
        Class::SafeFast => (Stand::Bare, "bare"),
    };
    let mut calls = look.sites.iter().filter(|site| site.function == found && site.name == *callee);
    if calls.clone().any(|site| site.stand == stand) {
        return Ok((look, found));
    }
    unfit(match calls.next() {
        Some(other) => format!(
            "no {how} `{callee}()` stands in `async def {found}` of {file}; the one at line {} is {}",
            other.line,
            match other.stand {
                Stand::Bare => "bare: wrap it first, or record it as `safe-fast`",
                Stand::Wrapped => "wrapped: record it as `wrapped`",
                Stand::Eager =>
                    "an argument of `to_thread`, called on the loop: hand over the function",
            }
        ),
        None => format!(
            "no `{callee}()` stands in `async def {found}` of {file}; name a call that is there"
        ),
    })
}

/// Refuses a measurement that says the opposite of the class.
fn fits(class: Class, worst: &Measurement) -> Result<(), FenceError> {
    let what = match class {
        Class::Wrapped if worst.worst() <= LIMIT => {
            "is not above 50 ms: what is so quick needs neither a fence nor a thread"
        }
        Class::SafeFast if worst.worst() >= LIMIT => {
            "is not below 50 ms, so the call may not stay bare: wrap it in `await \
             asyncio.to_thread(…)` and record it as `wrapped`"
        }
        Class::Wrapped | Class::SafeFast => return Ok(()),
    };
    Err(FenceError::Unfit(format!("`{worst}` {what}")))
}

/// Evidence on one line.
fn one_line(how: &str) -> Result<String, FenceError> {
    let how = how.split_whitespace().collect::<Vec<_>>().join(" ");
    if how.is_empty() {
        return Err(FenceError::Unfit(
            "`--how` says nothing; say on what it was measured, with which input, when".to_owned(),
        ));
    }
    Ok(how)
}

/// Writes a file below the root, with the folders that it needs.
pub(super) fn write(root: &Path, file: &str, text: &str) -> Result<(), FenceError> {
    let path = root.join(file);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|source| FenceError::Io { what: "write", path, source })
}
