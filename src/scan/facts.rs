//! What facts are made of: kinds, scopes and uses, the same where they are taken from the tree
//! (`extract`), where they are kept as bytes (`packed`) and where they get their meaning (`link`).

/// Where a name is looked up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::scan) enum Scope {
    /// A function's body, by index; function 0 is the module.
    Function(usize),
    /// A class body, by index.
    Class(usize),
}

/// What kind of body a function has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Kind {
    /// The top of the file.
    Module,
    /// `def`.
    Sync,
    /// `async def`.
    Async,
    /// `lambda`.
    Lambda,
}

/// When a function's body runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Body {
    /// When it is called.
    Called,
    /// When what it gives is iterated: it is a generator.
    Iterated,
}

/// What a parameter is for a caller that does not pass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// `None`.
    None,
    /// Something else, or nothing.
    Other,
    /// It takes whatever is left, which may be nothing.
    Rest,
}

/// Whether somebody waits for what a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its result is a value.
    Value,
    /// Its result is awaited, entered by `async with`, or iterated by `async for`.
    Awaited,
    /// Its result gets a name that is awaited somewhere in the function, perhaps only where it can be.
    AwaitedLater,
    /// Its result is handed to a response that iterates it in a thread.
    Streamed,
}

/// Among the guards of a call: the code has asked which thread it is in, or runs because no loop does.
pub(super) const ELSEWHERE: &str = "<another thread>";

/// How careful cleanup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, std::default::Default)]
pub(super) struct Care {
    /// Its time is limited.
    pub bounded: bool,
    /// Its failures are caught.
    pub caught: bool,
}

/// Why a file could not be read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// One sentence.
    pub message: String,
    /// The source line, trimmed.
    pub code: String,
}
