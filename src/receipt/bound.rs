//! What a proof speaks of, by content: the functions on the path, the anchor's files, and the
//! gate's own files. Lines and commits play no part in it.

use crate::assets::sha256;
use crate::model::{Block, Bound};
use crate::project::Project;
use crate::scan::function_span;
use crate::scan::syntax::Module;

/// The tree that a proof is held against.
pub struct Texts<'a> {
    /// Every Python file of the anchors' folder: its path relative to the root, and its text.
    pub anchors: &'a [(String, String)],
    /// A file's text by its path, relative to the root.
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

/// What a proof speaks of, as it is now, sorted: of `functions` (file, dotted name) those that are
/// there, of the anchors' folder the files of `tests` (node ids, files or folders relative to the
/// root; none is the whole suite) and every file that is no test.
pub fn bind(
    functions: &[(String, String)],
    tests: Option<&[String]>,
    texts: &Texts<'_>,
) -> Vec<Bound> {
    let mut bound: Vec<Bound> = functions
        .iter()
        .filter_map(|(path, function)| {
            let text = (texts.read)(path)?;
            // What is no Python has no functions that guard knows of.
            if !path.ends_with(".py") {
                return Some(Bound { path: path.clone(), function: None, sha256: hash(&text) });
            }
            let module = Module::parse(text);
            let span = function_span(&module, function)?;
            let sha256 = hash(&module.source()[span]);
            Some(Bound { path: path.clone(), function: Some(function.clone()), sha256 })
        })
        .collect();
    let selected = |path: &str| {
        tests.is_none_or(|tests| {
            tests.iter().any(|test| {
                let file = test.split("::").next().unwrap_or(test);
                path.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    };
    bound.extend(
        (texts.anchors.iter())
            .filter(|(path, _)| !is_test(path) || selected(path))
            .map(|(path, text)| Bound { path: path.clone(), function: None, sha256: hash(text) }),
    );
    bound.sort();
    bound.dedup();
    bound
}

/// The functions of production code that a refused call passed through, as (file, dotted name).
pub fn on_the_way(block: &Block, project: &Project) -> Vec<(String, String)> {
    let anchors = format!("{}/", project.anchors);
    let frames = block.stack.iter().filter(|frame| !frame.path.starts_with(&anchors));
    frames.map(|frame| (frame.path.clone(), frame.function.clone())).collect()
}

/// Whether a file of the anchors' folder holds tests; every other one is the gate's own.
pub(super) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("test_") || name.ends_with("_test.py")
}

/// A checkout may have other line ends than the one in which the proof was made.
fn hash(text: &str) -> String {
    if text.contains('\r') { sha256(&text.replace("\r\n", "\n")) } else { sha256(text) }
}
