//! The colours, and the names of the steps.

use anstyle::{AnsiColor, Style};

/// Headings.
pub const BOLD: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
/// Proven, green, gone.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Red, refused.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Needs a look.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
