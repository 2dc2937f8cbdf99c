//! Why an operator does not apply to a place, and what to do instead.

/// An edit that was not made. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file has syntax errors of its own.
    #[error("line {line}: the file does not parse: {message}; repair it first")]
    DoesNotParse {
        /// Of the first error.
        line: usize,
        /// The parser's.
        message: String,
    },
    /// The edit was made and its result is not Python.
    #[error("line {line}: the rewritten file would not parse: {message}; edit this place by hand")]
    WouldNotParse {
        /// Of the first error, in the rewritten text.
        line: usize,
        /// The parser's.
        message: String,
    },
    /// No offload covers the position.
    #[error(
        "{line}:{column}: no offload stands here; give the position of the offloading call, \
         or name the project's own offload helper in the configuration"
    )]
    NoOffload {
        /// Asked for.
        line: usize,
        /// Asked for.
        column: usize,
    },
    /// No call covers the position.
    #[error("{line}:{column}: no call stands here; give the position where the call begins")]
    NoCall {
        /// Asked for.
        line: usize,
        /// Asked for.
        column: usize,
    },
    /// The offload gives away the function in a way that cannot be read off the text.
    #[error(
        "{line}:{column}: what `{text}` offloads cannot be told from the text; \
         use the version of the function at the merge base"
    )]
    OpaqueCallee {
        /// Of the offload.
        line: usize,
        /// Of the offload.
        column: usize,
        /// Its text, on one line.
        text: String,
    },
    /// The call does not stand in an `async def`.
    #[error(
        "`{function}` is not async, so nothing can be awaited in it; offload at its async caller"
    )]
    NotAsync {
        /// The enclosing function, dotted; `<module>` at the top.
        function: String,
    },
    /// The call stands in a lambda.
    #[error(
        "line {line}: the call stands in a lambda, which cannot await; offload where the lambda \
         is called, or make it an async function"
    )]
    InLambda {
        /// Of the lambda.
        line: usize,
    },
    /// An `await` would turn the generator expression into an async generator.
    #[error(
        "line {line}: the call stands in a generator expression, which an await would make an \
         async generator; make it a list comprehension or a loop"
    )]
    InGenerator {
        /// Of the generator expression.
        line: usize,
    },
    /// The result of the call is awaited, so it is no blocking call.
    #[error("{line}:{column}: the call is awaited already; there is nothing to offload")]
    AlreadyAwaited {
        /// Of the call.
        line: usize,
        /// Of the call.
        column: usize,
    },
    /// The call is, or stands in, an offload.
    #[error("{line}:{column}: the call is offloaded already; judge it as a GUARD")]
    AlreadyOffloaded {
        /// Of the offload.
        line: usize,
        /// Of the offload.
        column: usize,
    },
    /// What the call returns goes on doing IO on the loop.
    #[error(
        "line {line}: the call stands in the header of a `{keyword}`, whose body uses what it \
         opens; move the whole block into a nested function and offload that"
    )]
    Header {
        /// Of the call.
        line: usize,
        /// `with` or `for`.
        keyword: &'static str,
    },
    /// The call cannot be wrapped in a lambda.
    #[error(
        "{line}:{column}: `{what}` in the call would change its meaning inside a lambda; take it \
         out into a variable first"
    )]
    NotInLambda {
        /// Of the call.
        line: usize,
        /// Of the call.
        column: usize,
        /// For instance `await`.
        what: &'static str,
    },
    /// A cleanup call whose value is used, or that shares its line.
    #[error(
        "line {line}: a cleanup call is made bounded and best-effort, for which it must be a \
         statement on a line of its own; put it on one, or offload it by hand"
    )]
    NotAStatement {
        /// Of the call.
        line: usize,
    },
    /// A function that is not there, or not there in the same number.
    #[error(
        "`{function}` stands {in_head} times in the file and {in_base} times at the base; \
         restore the whole file instead"
    )]
    FunctionsDiffer {
        /// Dotted.
        function: String,
        /// How often the file defines it.
        in_head: usize,
        /// How often the base defines it.
        in_base: usize,
    },
    /// The function was moved to another depth.
    #[error(
        "`{function}` stands at another indentation than at the base; restore the whole file \
         instead"
    )]
    Moved {
        /// Dotted.
        function: String,
    },
    /// The text is the same.
    #[error("`{function}` is the same at the base; the fix is somewhere else")]
    Unchanged {
        /// Dotted.
        function: String,
    },
    /// The old function uses a name that the file no longer has.
    #[error(
        "`{function}` at the base uses `{name}`, which the file no longer defines; restore the \
         whole file instead"
    )]
    MissingName {
        /// Dotted.
        function: String,
        /// Defined at the base by something that is no import.
        name: String,
    },
}
