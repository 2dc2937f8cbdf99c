//! What earlier runs have settled, in words: the same on the terminal, in the pull-request text and
//! in the report that nothing is in scope.

use crate::dispositions::PATH;
use crate::model::{Key, Recalled, Since};

/// One line for each thing that is to be said; none when no earlier run has anything to do with it.
pub fn recalled(recalled: &Recalled) -> Vec<String> {
    let mut lines = Vec::new();
    if !recalled.settled.is_empty() {
        let own = of_this_change(recalled);
        let own = match own.len() {
            0 => String::new(),
            n => format!(", {n} of them by this change itself: {}", keys(own)),
        };
        lines.push(format!("{} settled earlier in {PATH}{own}", recalled.settled.len()));
    }
    if !recalled.changed.is_empty() {
        let (n, keys) = (recalled.changed.len(), keys(&recalled.changed));
        lines.push(format!("{n} settled earlier and changed since, so asked again: {keys}"));
    }
    if !recalled.unmatched.is_empty() {
        let keys = keys(&recalled.unmatched);
        lines.push(format!("entries of {PATH} that match nothing any more, take them out: {keys}"));
    }
    lines
}

/// What only the work that is judged says is settled.
pub(super) fn of_this_change(recalled: &Recalled) -> Vec<&Key> {
    (recalled.settled.iter())
        .filter(|settled| settled.since == Since::ThisChange)
        .map(|settled| &settled.key)
        .collect()
}

pub(super) fn keys<'a>(keys: impl IntoIterator<Item = &'a Key>) -> String {
    keys.into_iter().map(Key::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Route, Settled};

    fn key(function: &str) -> Key {
        Key { path: "a.py".to_owned(), function: function.to_owned(), symbol: "open".to_owned() }
    }

    fn settled(function: &str, since: Since) -> Settled {
        Settled { key: key(function), route: Route::Guard, since }
    }

    #[test]
    fn each_thing_that_earlier_runs_have_to_do_with_it_is_one_line() {
        assert!(recalled(&Recalled::default()).is_empty());
        let all = Recalled {
            settled: vec![settled("f", Since::Before), settled("g", Since::ThisChange)],
            changed: vec![key("h")],
            unmatched: vec![key("i"), key("j")],
        };
        assert_eq!(
            recalled(&all),
            [
                "2 settled earlier in .guard/dispositions.yaml, 1 of them by this change itself: a.py::g::open",
                "1 settled earlier and changed since, so asked again: a.py::h::open",
                "entries of .guard/dispositions.yaml that match nothing any more, take them out: a.py::i::open, a.py::j::open",
            ]
        );
    }
}
