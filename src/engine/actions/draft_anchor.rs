//! Step 4: a new file for an anchor, or the test to extend.

use std::fs::OpenOptions;
use std::io::Write as _;

use anyhow::Context;

use super::{Done, World};
use crate::anchor::draft;
use crate::journal::{Progress, State};
use crate::model::{Coverage, Draft, Evidence};

pub(super) fn draft_anchor(
    world: &World,
    state: &State,
    progress: &Progress,
) -> anyhow::Result<Done> {
    let search = progress.latest(|evidence| match evidence {
        Evidence::Anchors(search) => Some(search),
        _ => None,
    });
    let to_extend = search.filter(|search| search.coverage == Coverage::Extend);
    if let Some(test) = to_extend.and_then(|search| search.tests.first()) {
        return Ok(Done::new(
            "drafted",
            Evidence::Draft(Draft {
                path: test.id.split("::").next().unwrap_or_default().to_owned(),
                written: false,
                test: test.id.clone(),
                needs: vec![test.why.clone()],
            }),
        ));
    }
    let candidate = &progress.candidate;
    let template = state.sop.anchor_template.as_deref();
    let template = template.context("the procedure names no template of an anchor")?;
    let draft = draft(
        candidate,
        &world.production(state, candidate),
        &world.facts()?,
        &world.assets,
        template,
    )?;
    // A draft that guard was ended over, before it was recorded, is on the disk already.
    if let Some(path) = same(world, &draft.path, &draft.text) {
        return Ok(Done::new(
            "drafted",
            Evidence::Draft(Draft {
                test: draft.test.replacen(&draft.path, &path, 1),
                path,
                written: true,
                needs: draft.needs,
            }),
        ));
    }
    let path = world.repository.root().join(&draft.path);
    // Never over an existing file, also when one appeared since the name was chosen.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .with_context(|| format!("could not create the anchor {}", path.display()))?;
    file.write_all(draft.text.as_bytes())
        .with_context(|| format!("could not write the anchor {}", path.display()))?;
    Ok(Done::new(
        "drafted",
        Evidence::Draft(Draft {
            path: draft.path,
            written: true,
            test: draft.test,
            needs: draft.needs,
        }),
    ))
}

/// The file of an earlier draft with the same text, beside the free name that was chosen.
fn same(world: &World, free: &str, text: &str) -> Option<String> {
    let stem = free.strip_suffix(".py")?;
    let (stem, number) = stem.rsplit_once('_')?;
    let number: u32 = number.parse().ok()?;
    let before =
        if number == 2 { format!("{stem}.py") } else { format!("{stem}_{}.py", number - 1) };
    (world.text(&before)? == text).then_some(before)
}
