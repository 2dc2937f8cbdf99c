//! A procedure as a skill for coding agents: the same states and questions in prose, so that what an
//! agent reads and what guard executes cannot drift apart.

use serde::Serialize;

use super::explain::answers;
use crate::assets::{Assets, TemplateError};
use crate::exec::quote;
use crate::sop::{Action, Sop, State};

/// Where the text's template is.
const TEMPLATE: &str = "templates/skill/SKILL.md.hbs";

/// What an exported skill says of itself; a file without it is somebody's own.
pub const MARK: &str = "<!-- Exported by `guard skill export`";

#[derive(Debug, Serialize)]
struct Skill {
    name: String,
    description: String,
    title: String,
    flag: String,
    /// Two answers to the question of the route.
    answers: String,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    number: u8,
    name: String,
    states: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Told {
    name: String,
    does: String,
    reference: String,
    ask: String,
    answers: Vec<String>,
    command: String,
    outcomes: Vec<String>,
}

/// The files of a skill: paths relative to its folder, each with its text. `SKILL.md` is the first.
///
/// # Errors
/// When the template or a reference is missing.
pub fn skill(sop: &Sop, assets: &Assets) -> Result<Vec<(String, String)>, TemplateError> {
    let text = assets.render(TEMPLATE, &content(sop))?;
    let mut files = vec![("SKILL.md".to_owned(), text)];
    let states = || sop.states.iter().chain(&sop.each.states);
    for name in states().filter_map(|state| state.reference.as_ref()) {
        let path = beside(name);
        if files.iter().all(|(known, _)| *known != path) {
            files.push((path, assets.load(name)?.text));
        }
    }
    Ok(files)
}

/// Where a reference stands in the skill's folder.
fn beside(reference: &str) -> String {
    format!("references/{}", reference.rsplit('/').next().unwrap_or(reference))
}

fn content(sop: &Sop) -> Skill {
    let mut steps: Vec<Step> = Vec::new();
    for item in super::graph::run(sop) {
        match item {
            super::graph::Item::State(state, _) => add(&mut steps, sop, state),
            super::graph::Item::Each => {
                sop.each.states.iter().for_each(|state| add(&mut steps, sop, state));
            }
        }
    }
    Skill {
        name: sop.name.clone(),
        // One line of YAML, whatever stands in it.
        description: serde_json::Value::String(match sop.description.as_str() {
            "" => sop.title.clone(),
            description => description.to_owned(),
        })
        .to_string(),
        title: sop.title.clone(),
        flag: match sop.name.as_str() {
            "blocking-io" => String::new(),
            name => format!(" --sop {}", quote(name)),
        },
        answers: routes(sop),
        steps,
    }
}

/// The first two routes that the procedure offers, as answers.
fn routes(sop: &Sop) -> String {
    let judge = sop.each.states.iter().find(|state| state.action == Action::Judge);
    let answers = judge.iter().flat_map(|judge| {
        let choices = judge.outcomes().into_iter().take(2);
        (1..).zip(choices).map(|(n, choice)| format!("c{n}.{} route={choice}", judge.id))
    });
    answers.collect::<Vec<_>>().join(" ")
}

fn add(steps: &mut Vec<Step>, sop: &Sop, state: &State) {
    let told = told(state);
    match steps.iter_mut().find(|step| step.number == state.step) {
        Some(step) => step.states.push(told),
        None => steps.push(Step {
            number: state.step,
            name: sop.step_name(state.step).unwrap_or_default().to_owned(),
            states: vec![told],
        }),
    }
}

fn told(state: &State) -> Told {
    let spec = state.action.spec();
    let outcome = |(outcome, next): &(String, crate::model::StateId)| {
        let known = spec.outcomes.iter().find(|known| known.name == outcome);
        let proof = if state.is_proof(outcome) { " (a proof)" } else { "" };
        let means = known.map_or_else(String::new, |known| format!(": {}", known.means));
        format!("`{outcome}`{proof} → **{next}**{means}")
    };
    let fields = state.ask.iter().flat_map(|ask| &ask.fields);
    Told {
        name: state.id.to_string(),
        does: spec.does.to_owned(),
        reference: state.reference.as_deref().map(beside).unwrap_or_default(),
        ask: state.ask.as_ref().map(|ask| ask.text.clone()).unwrap_or_default(),
        answers: fields
            .flat_map(answers)
            .map(|(answer, means)| format!("`{answer}`{means}"))
            .collect(),
        command: state.command.as_ref().map_or_else(String::new, |command| {
            command.words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
        }),
        outcomes: state.then.iter().map(outcome).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn holds(name: &str, references: &[&str]) {
        let text = Assets::default().load(&format!("sop/{name}.yaml")).unwrap().text;
        let sop = Sop::load(name, &text).unwrap();
        let files = skill(&sop, &Assets::default()).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("skills").join(name);
        for (path, wanted) in &files {
            let committed = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
            assert!(committed == *wanted, "{name}/{path}: `guard skill export` writes it anew");
        }
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths[0], "SKILL.md");
        assert_eq!(paths[1..], *references);
        assert!(files[0].1.contains(MARK));
    }

    #[test]
    fn the_committed_skills_are_those_of_the_procedures() {
        holds(
            "blocking-io",
            &[
                "references/judging.md",
                "references/fixing.md",
                "references/good-anchor-rules.md",
                "references/rule-admission.md",
            ],
        );
        holds(
            "async-fence",
            &["references/judging.md", "references/wrapping.md", "references/measuring.md"],
        );
    }
}
