//! Standard output. Whoever reads it may have seen enough (`guard status | head`), which is no
//! error; a disk that is full is one.

use std::io::{ErrorKind, Write};

use super::exit;

/// Writes a result, as it is.
pub(super) fn out(text: &str) -> Result<(), exit::Usage> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(exit::Usage(format!("could not write to standard output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
