//! What comes out of the repository and runs commands runs nothing until the person has said yes to
//! exactly that. Reading a stranger's branch must not be running it.
//!
//! What guard would run by itself (`python -m pytest` on the gate's folder, with an interpreter that it
//! found) needs no word; nor do settings that are only data: roots, limits, folders.

use super::{Project, default_env, default_suite, default_tests};
use crate::assets::sha256;
use crate::exec::quote;

/// Something of the repository's that guard runs commands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// The file that says so, relative to the repository's root.
    pub file: String,
    /// What it says, for a person: nothing in it can hide from a terminal.
    pub shown: String,
    /// SHA-256 of what is said yes to, 64 hexadecimal digits.
    pub sha256: String,
}

impl Errand {
    /// A procedure that stands in the repository: all of its text.
    pub fn procedure(file: &str, text: &str) -> Self {
        Self {
            file: visible(file),
            shown: text.split('\n').map(visible).collect::<Vec<_>>().join("\n"),
            sha256: sha256(&format!("procedure {file}\n{text}")),
        }
    }
}

impl Project {
    /// What the configuration has guard run beyond what guard would run by itself: commands, the
    /// interpreter, variables of the environment. None when it says nothing of the kind.
    pub fn errand(&self) -> Option<Errand> {
        let gate = &self.gate;
        let words = |words: &[String]| words.iter().map(|word| quote(word)).collect::<Vec<_>>();
        let mut lines = Vec::new();
        let mut line =
            |name: &str, value: &str| lines.push(format!("{name:<9} {}", visible(value)));
        if let Some(detector) = &self.detector {
            line("detector", &words(detector).join(" "));
        }
        if let Some(python) = &gate.python {
            line("python", &python.to_string_lossy());
        }
        for (name, value) in &gate.env {
            if (name.clone(), value.clone()) != default_env(&self.root, &gate.cwd, &self.roots) {
                line("env", &format!("{name}={}", quote(value)));
            }
        }
        if gate.suite != default_suite(&gate.cwd, &self.anchors) {
            line("suite", &words(&gate.suite).join(" "));
        }
        if gate.tests != default_tests() {
            line("tests", &words(&gate.tests).join(" "));
        }
        if lines.is_empty() {
            return None;
        }
        // The same words do another thing in another folder.
        if !gate.cwd.is_empty() {
            lines.push(format!("{:<9} {}", "in", visible(&gate.cwd)));
        }
        let file = self.config.clone().unwrap_or_default();
        let shown = lines.join("\n");
        Some(Errand { sha256: sha256(&format!("configuration {file}\n{shown}")), file, shown })
    }
}

/// A line in which every character that a terminal would obey, or not show, is written out.
fn visible(line: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    line.chars().fold(String::new(), |mut text, c| {
        if hides(c) && c != '\t' {
            text.extend(c.escape_unicode());
        } else {
            text.push(c);
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{PYPROJECT, Tree};

    fn shown(config: &str) -> Option<String> {
        let tree = Tree::of(&[PYPROJECT, "app/a.py", "tools/x.py", "tests/blocking_io/test_a.py"]);
        tree.write("guard.toml", config);
        let root = tree.root().to_string_lossy().into_owned();
        tree.find().unwrap().errand().map(|errand| errand.shown.replace(&root, "ROOT"))
    }

    #[test]
    fn data_needs_no_trust() {
        for config in [
            "",
            "roots = ['app']\nexclude = ['x/**']\nanchors = 'tests/blocking_io'\n",
            "[gate]\nlimit = 9\ncarry = ['*.env']\ncwd = 'tools'\n",
            // What guard would run anyway.
            "[gate]\nsuite = 'python -m pytest tests/blocking_io -q'\ntests = 'python -m pytest -q {tests}'\n",
            "[gate.env]\nPYTHONPATH = '.'\n",
        ] {
            assert_eq!(shown(config), None, "{config}");
        }
    }

    #[test]
    fn commands_the_interpreter_and_the_environment_are_shown_as_they_would_be_run() {
        let config = "detector = 'sh detect.sh'\n[gate]\npython = 'env/bin/python'\nsuite = ['make', 'a b']\ntests = 'make {tests}'\nenv = { LD_PRELOAD = 'x.so' }\ncwd = 'tools'\nlimit = 9\n";
        assert_eq!(
            shown(config).unwrap(),
            "\
detector  sh detect.sh
python    ROOT/env/bin/python
env       LD_PRELOAD=x.so
suite     make 'a b'
tests     make '{tests}'
in        tools"
        );
    }

    #[test]
    fn another_limit_is_the_same_errand_and_another_word_is_not() {
        let tree = Tree::of(&[PYPROJECT, "app/a.py"]);
        let hash = |config: &str| {
            tree.write("guard.toml", config);
            tree.find().unwrap().errand().unwrap().sha256
        };
        let yes = hash("detector = 'sh detect.sh'\n");
        assert_eq!(hash("detector = 'sh detect.sh'\ngate.limit = 9\n"), yes);
        assert_ne!(hash("detector = 'sh  detect.sh -x'\n"), yes);
        assert_ne!(hash("detector = 'sh detect.sh'\ngate.env.A = '1'\n"), yes);
    }

    #[test]
    fn nothing_hides_from_the_terminal() {
        let shown = shown("detector = \"sh evil.sh \\u001B[2K\\u202Esh good.sh\"\n").unwrap();
        assert_eq!(shown, r"detector  sh evil.sh '\u{1b}[2K\u{202e}sh' good.sh");
    }
}
