//! A sign of life while something takes long, on standard error and only where a person looks at it.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner that is there as long as the value.
#[derive(Debug)]
pub struct Busy(Option<ProgressBar>);

impl Busy {
    /// Shows what is being done, at once; nothing where standard error is no terminal.
    pub fn with(doing: impl Into<String>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(doing.into());
        bar.tick();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}
