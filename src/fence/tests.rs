//! What the matcher sees.

use std::collections::BTreeSet;

use super::find::{Stand, find};
use crate::scan::syntax::Module;

/// `line function stand callee` of each site of `build`.
fn sites(source: &str) -> Vec<String> {
    let names = BTreeSet::from(["build".to_owned()]);
    find(&Module::parse(source.to_owned()), &names)
        .into_iter()
        .map(|site| format!("{} {} {:?} {}", site.line, site.function, site.stand, site.callee))
        .collect()
}
