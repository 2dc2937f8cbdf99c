//! What is to be proven of one offload, named by its line alone.

use super::edits::group;
use super::sites::inventory;
use crate::gate::Rig;
use crate::gate::teeth::Request;
use crate::model::Selection;
use crate::rewrite;
use crate::scan::syntax::Module;

/// The request that takes away the first offload on a line; none where no offload stands there, or
/// none that can be taken away.
///
/// # Errors
/// When the project's files cannot be read.
pub fn request(
    rig: &Rig,
    path: &str,
    line: usize,
    selection: &Selection,
) -> anyhow::Result<Option<Request>> {
    let inventory = inventory(&rig.project.root, &rig.project)?;
    let found = inventory
        .sites
        .iter()
        .position(|site| site.location.path == path && site.lines().contains(&line));
    let Some(number) = found else { return Ok(None) };
    let site = &inventory.sites[number].location;
    let Some(before) = inventory.texts.get(path) else { return Ok(None) };
    let reverts = group(&inventory, &[number]).reverts.into_iter().map(|(_, mut revert)| {
        revert.diff = rewrite::diff(path, before, &revert.source);
        revert
    });
    let reverts: Vec<_> = reverts.collect();
    let module = Module::parse(before.clone());
    Ok((!reverts.is_empty()).then(|| Request {
        selection: selection.clone(),
        site: site.clone(),
        function: site.function.clone(),
        call: None,
        reverts,
        control: Some(rewrite::control(&module, site.line, site.column).source),
        repeat: 1,
    }))
}
