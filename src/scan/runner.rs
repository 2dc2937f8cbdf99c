//! Whose loop runs a coroutine: the program's own, or one that its tests start.

/// Whose loop it is. What the program's own loop reaches is shown that way, however sure the way from
/// a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Runner {
    Program,
    Tests,
}

impl Runner {
    /// Whose the roots of a file are, by its name and its folders': pytest's, `unittest`'s, the usual
    /// ones.
    pub(super) fn of(path: &str) -> Self {
        let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
        let is_test =
            file.starts_with("test_") || file.ends_with("_test.py") || file == "conftest.py";
        match is_test || folders.split('/').any(|folder| ["tests", "test"].contains(&folder)) {
            true => Self::Tests,
            false => Self::Program,
        }
    }
}
