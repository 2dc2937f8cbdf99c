//! Findings as workflow commands, which GitHub shows beside the lines of a pull request.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::fmt::Write as _;

use crate::model::{Exposure, Finding, Hazard, Location, Priority};

/// One command a finding: `HIGH` is an error, `MEDIUM` a warning, everything else a notice. What may
/// be wrong with an offload is a warning.
pub fn github(findings: &[&Finding], hazards: &[Hazard]) -> String {
    let mut text = String::new();
    for finding in findings {
        let level = match (finding.event_loop_exposure, finding.priority) {
            (Exposure::Offloaded, _) | (_, Priority::Low) => "notice",
            (_, Priority::High) => "error",
            (_, Priority::Medium) => "warning",
        };
        let at = &finding.location;
        let call = &finding.blocking_call;
        let message = match call.symbol.as_str() {
            "" => finding.reason.clone(),
            symbol => format!("{symbol} in {}: {}", at.function, finding.reason),
        };
        command(&mut text, level, at, &call.operation, &message);
    }
    for hazard in hazards {
        let message = format!("{}: {}", hazard.symbol, hazard.reason);
        command(&mut text, "warning", &hazard.location, &hazard.kind.to_string(), &message);
    }
    text
}

fn command(text: &mut String, level: &str, at: &Location, title: &str, message: &str) {
    writeln!(
        text,
        "::{level} file={},line={},col={},title={}::{}",
        property(&at.path),
        at.line,
        at.column,
        property(&format!("guard {title}")),
        data(message)
    )
    .expect("a string takes everything");
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_ends_a_property_is_escaped() {
        assert_eq!(property("a,b:c%d\n.py"), "a%2Cb%3Ac%25d%0A.py");
        assert_eq!(data("100% of a: b\r\n"), "100%25 of a: b%0D%0A");
    }
}
