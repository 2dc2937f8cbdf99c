//! `guard rule escalate`: the gap with its evidence, for whoever owns the gate. Changes nothing.

use std::fs;

use anstream::eprintln;
use serde_json::json;

use super::args::RuleEscalateArgs;
use super::{Case, refusal};
use crate::cli::exit::{DONE, REFUSED, Usage};
use crate::cli::out::out;
use crate::cli::session;
use crate::gate::rule::{Gap, Refused, admit, gap};
use crate::gate::teeth::Lab;
use crate::git::Content;
use crate::ui::BOLD;

const TEMPLATE: &str = "templates/blocking-io/escalation.md.hbs";

pub(super) fn escalate(args: &RuleEscalateArgs) -> anyhow::Result<u8> {
    let case = Case::open(&args.of)?;
    let because = case.because(args.of.because.as_deref())?;
    let mut lab = Lab::open(&case.rig, Content::Working)?;
    let gap = match gap(&mut lab, &case.request, &case.rule)? {
        Ok(gap) => gap,
        Err(refused) => {
            out(&format!("{}\n", refusal::said(&case.rule, &refused)))?;
            return Ok(REFUSED);
        }
    };
    let (effect, new_reds) = effect(&case, &mut lab)?;
    let text = render(&case, &gap, &because, &effect, &new_reds)?;
    match &args.output {
        Some(file) => {
            fs::write(file, &text).map_err(|error| {
                Usage(format!("could not write the report to {}: {error}", file.display()))
            })?;
            eprintln!("{BOLD}the report is in {}{BOLD:#}", file.display());
        }
        None => out(&text)?,
    }
    Ok(DONE)
}

/// What the whole suite would come to under the rule, where guard can try it.
fn effect(case: &Case, lab: &mut Lab<'_>) -> anyhow::Result<(String, Vec<String>)> {
    let Some(list) = &case.list else {
        let said = "Not tried: guard does not know this project's central list of rules.";
        return Ok((said.to_owned(), Vec::new()));
    };
    let path = lab.tree().join(&list.file);
    let now = fs::read_to_string(&path)
        .map_err(|error| Usage(format!("could not read {}: {error}", list.file)))?;
    let text = list.with(&now, &case.rule)?;
    Ok(match admit(lab, &case.request, (&list.file, &text))? {
        Ok(admission) => (
            format!(
                "Under it the whole gate is green: {} tests; the anchor is red without its offload and green with it.",
                admission.after.tests.len()
            ),
            Vec::new(),
        ),
        Err(Refused::NewReds(reds)) => ("Under it these turn red:".to_owned(), reds),
        Err(refused) => (refusal::said(&case.rule, &refused), Vec::new()),
    })
}

fn render(
    case: &Case,
    gap: &Gap,
    because: &str,
    effect: &str,
    new_reds: &[String],
) -> anyhow::Result<String> {
    let stack = gap.report.primitive.iter().flat_map(|primitive| &primitive.stack);
    let stack: Vec<String> =
        stack.map(|frame| format!("{}:{} {}", frame.path, frame.line, frame.function)).collect();
    let rule = match &case.list {
        Some(list) => format!("{}, `{}`: `{}`", list.file, list.list, list.entry(&case.rule)),
        None => format!("```python\n{}\n```", case.rule.plain()),
    };
    let data = json!({
        "primitive": case.rule.name,
        "because": because,
        "anchor": case.anchor.join(" "),
        "command": gap.before.command,
        "function": case.request.function,
        "site": format!("{}:{}", case.request.site.path, case.request.site.line),
        "explanation": gap.report.explanation,
        "diff": gap.report.revert.as_ref().map_or("", |revert| revert.diff.trim_end()),
        "stack": stack.join("\n"),
        "tests": gap.before.tests.len(),
        "rule": rule,
        "effect": effect,
        "new_reds": new_reds,
        "versions": case.versions,
    });
    let assets = session::assets_for(Some(case.repository.root()));
    Ok(assets.render(TEMPLATE, &data)?)
}
