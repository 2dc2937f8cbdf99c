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

/// What a step of the procedure is called.
pub fn step_name(step: u8) -> &'static str {
    match step {
        0 => "scope",
        1 => "judge",
        2 => "fix and re-scan",
        3 => "find the anchor",
        4 => "write the anchor",
        5 => "prove its teeth",
        6 => "deliver",
        _ => "",
    }
}
