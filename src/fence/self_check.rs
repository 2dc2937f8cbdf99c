//! Before every verdict the matcher is asked what is known: of each fenced name, once wrapped and
//! once bare. A matcher that does not tell the two apart is guard's own defect, and no verdict.

use super::FenceError;
use super::find::{Site, Stand, Told, find};
use crate::project::FenceRules;
use crate::scan::syntax::Module;

/// The matcher was asked and answered well: without this nothing is reported.
#[derive(Debug)]
pub(super) struct Checked(());

/// Asks of every fenced name.
pub(super) fn all(rules: &FenceRules) -> Result<Checked, FenceError> {
    with(&Told::by(rules), find).map(Checked)
}

/// Asks this matcher of these names.
fn with(told: &Told, find: impl Fn(&Module, &Told) -> Vec<Site>) -> Result<(), FenceError> {
    for name in &told.names {
        let seen = find(&Module::parse(snippet(name)), told);
        let seen: Vec<_> =
            seen.iter().map(|site| (site.stand, site.function.as_str(), &site.name)).collect();
        let expected = [(Stand::Wrapped, "good_path", name), (Stand::Bare, "bad_path", name)];
        if seen != expected {
            let what = format!("expected {expected:?}, and it saw {seen:?}");
            return Err(FenceError::SelfCheck { name: name.clone(), what });
        }
    }
    Ok(())
}

fn snippet(name: &str) -> String {
    format!(
        "\
import asyncio
import heavy

async def good_path(store):
    return await asyncio.to_thread(heavy.{name}, store)

async def bad_path(store):
    return heavy.{name}(store)
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        let names = ["build".to_owned(), "compact".to_owned()].into();
        Told { names, ..Told::default() }
    }

    #[test]
    fn the_matcher_tells_a_wrapped_call_from_a_bare_one() {
        with(&told(), find).unwrap();
    }

    #[test]
    fn a_matcher_that_is_blind_is_no_verdict() {
        let error = with(&told(), |_, _| Vec::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the fence's self-check failed for `build`: expected [(Wrapped, \"good_path\", \
             \"build\"), (Bare, \"bad_path\", \"build\")], and it saw []; no verdict can be \
             trusted, please report this"
        );
    }

    #[test]
    fn a_matcher_that_flags_everything_is_no_verdict() {
        let all_bare = |module: &Module, told: &Told| {
            let mut sites = find(module, told);
            sites.iter_mut().for_each(|site| site.stand = Stand::Bare);
            sites
        };
        assert!(matches!(with(&told(), all_bare), Err(FenceError::SelfCheck { .. })));
    }
}
