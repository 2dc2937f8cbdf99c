//! What the commit of a rule says: the primitive, the anchor that exposed the gap, the effect.

use std::fmt::Write as _;

/// The message of a commit that holds rules alone. Each is the primitive, who calls it, and more that
/// is known of it; `effect` is what the whole suite came to under them.
pub fn message(rules: &[(String, String)], effect: Option<&str>) -> String {
    let mut message = String::from("Let the gate see what it was blind to\n");
    for (primitive, about) in rules {
        write!(message, "\n- `{primitive}`, {about}").expect("a string takes everything");
    }
    if let Some(effect) = effect {
        write!(message, "\n\n{effect}\n").expect("a string takes everything");
    }
    message
}
