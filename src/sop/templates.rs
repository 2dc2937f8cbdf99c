//! What a procedure names beside itself: templates and references. Each must exist, and a template
//! must render what guard will give it, before a run depends on it.

use serde_json::Value;

use super::load::Problems;
use super::problem::SopError;
use super::raw::{Entries, Name, RawSop, RawState};
use crate::assets::{Assets, RenderError, render};

/// What the templates of a procedure are tried on.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Contents of an anchor.
    pub anchor: Vec<Value>,
    /// Contents of a pull-request text.
    pub pull_request: Vec<Value>,
}

pub(super) fn check(
    file: &str,
    text: &str,
    assets: &Assets,
    samples: &Samples,
) -> Result<(), SopError> {
    // A text that does not parse has been refused by the loader, with its place.
    let Ok(raw) = serde_saphyr::from_str::<RawSop>(text) else { return Ok(()) };
    let mut problems = Problems::default();
    let anchor = raw.templates.anchor.iter().map(|name| (name, &samples.anchor));
    let pull_request = (&raw.templates.pull_request, &samples.pull_request);
    for (name, samples) in anchor.chain([pull_request]) {
        let Some(template) = there(name, assets, &mut problems) else { continue };
        let failed = samples.iter().find_map(|data| render(&name.value, &template, data).err());
        if let Some(error) = failed {
            problems.at(name, error.to_string(), Some(why(&error)));
        }
    }
    references(&raw.states, assets, &mut problems);
    problems.into_result(file, text)
}

fn references(states: &Entries<RawState>, assets: &Assets, problems: &mut Problems) {
    for (_, state) in &states.0 {
        if let Some(name) = &state.reference {
            there(name, assets, problems);
        }
        references(&state.states, assets, problems);
    }
}

fn there(name: &Name, assets: &Assets, problems: &mut Problems) -> Option<String> {
    match assets.load(&name.value) {
        Ok(asset) => Some(asset.text),
        Err(error) => {
            let help = "it is looked for in `.guard/`, in the user's folder and in guard itself";
            problems.at(name, error.to_string(), Some(help.to_owned()));
            None
        }
    }
}

/// The variable that has no value, or where the template does not parse.
fn why(error: &RenderError) -> String {
    match error {
        RenderError::Template { source, .. } => source.pos().map_or_else(
            || "a block of it is not closed".to_owned(),
            |(line, column)| format!("see its line {line}, column {column}"),
        ),
        RenderError::Render { source, .. } => source.to_string(),
        RenderError::Data { source, .. } => source.to_string(),
    }
}
