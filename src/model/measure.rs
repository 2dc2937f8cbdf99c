//! How long something takes in the worst case, as a person writes it: `13 s`, `80 ms`, `8-13 s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A measured duration with its text. A range counts by its larger end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    text: String,
    worst: Duration,
}

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no duration; write a number and its unit: `80 ms`, `13 s`, `8-13 s`, `1.5 min`")]
pub struct NotADuration(String);

impl Measurement {
    /// The worst case.
    pub fn worst(&self) -> Duration {
        self.worst
    }
}

impl FromStr for Measurement {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let text = text.trim();
        let worst = parse(text).ok_or_else(|| NotADuration(text.to_owned()))?;
        Ok(Self { text: text.to_owned(), worst })
    }
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

fn parse(text: &str) -> Option<Duration> {
    let start = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (numbers, unit) = text.split_at(start);
    let seconds = match unit.trim() {
        "ns" => 1e-9,
        "us" | "µs" | "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let ends: Vec<&str> = numbers.split(['-', '–', '—']).map(str::trim).collect();
    if ends.len() > 2 {
        return None;
    }
    let mut worst: f64 = 0.0;
    for end in ends {
        if !end.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return None;
        }
        worst = worst.max(end.parse().ok()?);
    }
    Duration::try_from_secs_f64(worst * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> Option<u128> {
        text.parse::<Measurement>().ok().map(|it| it.worst().as_millis())
    }

    #[test]
    fn a_number_with_its_unit_is_a_duration() {
        assert_eq!(millis("13 s"), Some(13_000));
        assert_eq!(millis("80ms"), Some(80));
        assert_eq!(millis("33.7 s"), Some(33_700));
        assert_eq!(millis("1.5 min"), Some(90_000));
        assert_eq!(millis(" 900 µs "), Some(0));
    }

    #[test]
    fn a_range_counts_by_its_larger_end() {
        assert_eq!(millis("8-13 s"), Some(13_000));
        assert_eq!(millis("8 – 13 s"), Some(13_000));
    }

    #[test]
    fn what_lacks_a_number_or_a_unit_is_no_duration() {
        for text in ["", "13", "s", "13 parsecs", "-3 s", "1-2-3 s", "1e3 s", "~3 s", "inf s"] {
            assert_eq!(millis(text), None, "{text}");
        }
        assert_eq!(
            "13 parsecs".parse::<Measurement>().unwrap_err().to_string(),
            "`13 parsecs` is no duration; write a number and its unit: `80 ms`, `13 s`, `8-13 s`, `1.5 min`"
        );
    }

    #[test]
    fn it_is_shown_as_it_was_written() {
        assert_eq!("8-13 s".parse::<Measurement>().unwrap().to_string(), "8-13 s");
    }
}
