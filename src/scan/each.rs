//! Every file of a scan parsed and looked at, in parallel and on the large stack: for detectors
//! beside the builtin one.

use rayon::prelude::*;

use super::syntax::Module;
use super::{SourceFile, decode, depth};

/// Why a file could not be read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The line, from 1.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

/// What `look` sees in each file, in the order of the files. A file that cannot be read or parsed
/// whole gives its reason.
pub fn each<T: Send>(
    files: &[SourceFile],
    look: impl Fn(&SourceFile, &Module) -> T + Sync,
) -> Vec<Result<T, Unread>> {
    let one = |file: &SourceFile| {
        if let Some(reason) = &file.unreadable {
            return Err(Unread { line: 1, message: reason.clone() });
        }
        let text = decode::decode(&file.bytes)
            .map_err(|error| Unread { line: error.line, message: error.message })?;
        if let Some(at) = depth::too_deep(&text) {
            let line = text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
            return Err(Unread { line, message: "it nests deeper than guard follows".to_owned() });
        }
        let module = Module::parse(text);
        match module.errors().first() {
            Some(error) => {
                let line = module.line(error.location.start());
                Err(Unread { line, message: error.error.to_string() })
            }
            None => Ok(look(file, &module)),
        }
    };
    depth::with_stack(|| files.par_iter().map(one).collect())
}
