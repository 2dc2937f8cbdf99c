//! Signals to guard itself, kept as a number that every wait looks at: a child is then ended, the
//! stack unwinds, and what `Drop` cleans is cleaned.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, sync::Arc};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static RECEIVED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// guard was told to stop by this signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted by signal {0}")]
pub struct Interrupted(pub i32);

/// Starts to listen for INT, TERM and HUP; a second call changes nothing.
///
/// # Errors
/// When the system refuses the handlers.
pub fn listen() -> io::Result<()> {
    let received = RECEIVED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register_usize(
            signal,
            Arc::clone(received),
            signal.cast_unsigned() as usize,
        )?;
    }
    Ok(())
}

/// The signal that guard received, if one came.
pub fn interrupted() -> Option<Interrupted> {
    let signal = RECEIVED.get()?.load(Ordering::Relaxed);
    i32::try_from(signal).ok().filter(|&signal| signal != 0).map(Interrupted)
}
