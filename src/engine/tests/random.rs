//! Random procedures that the loader proves: what holds of the machine must hold of every one of
//! them, not of the embedded one alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::sop::{ACTIONS, Action, Sop, Spec, Subject};

/// Dice from a seed: the generator of D. H. Lehmer with the multiplier of splitmix64.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((x ^ (x >> 31)) % sides as u64).unwrap()
    }

    fn coin(&mut self) -> bool {
        self.roll(2) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// A candidate's state before it has a text.
struct Drawn {
    name: String,
    spec: &'static Spec,
    /// The fields that it asks for; the first decides, where one does.
    fields: Vec<String>,
    /// Its choices, where it is `judge`; its exit codes' outcomes, where it is a command.
    own: Vec<String>,
    bound: Option<(usize, String)>,
    then: Vec<(String, String)>,
}

/// A procedure that the loader proves; none when the dice make no sound one in a while.
pub(super) fn procedure(seed: u64) -> Option<String> {
    let mut dice = Dice::new(seed);
    (0..60).map(|_| draw(&mut dice)).find(|text| Sop::load("random.yaml", text).is_ok())
}

fn draw(dice: &mut Dice) -> String {
    let actions: Vec<&Spec> = (ACTIONS.iter())
        .filter(|spec| spec.subject == Subject::Candidate || spec.subject == Subject::Either)
        .filter(|spec| spec.action != Action::Judge)
        .collect();
    let mut drawn = vec![state(dice, "judge".to_owned(), Action::Judge.spec())];
    drawn.push(state(dice, "reason".to_owned(), Action::RecordReason.spec()));
    drawn.push(state(dice, "teeth".to_owned(), Action::VerifyTeeth.spec()));
    for number in 0..dice.roll(9) {
        let spec = *dice.pick(&actions);
        drawn.push(state(dice, format!("s{number}"), spec));
    }
    let names: Vec<String> = drawn.iter().map(|state| state.name.clone()).collect();
    for state in &mut drawn {
        lead(dice, state, &names);
    }
    let reached = reached(&drawn);
    drawn.retain(|state| reached.contains(&state.name));
    text(dice, &drawn)
}

fn state(dice: &mut Dice, name: String, spec: &'static Spec) -> Drawn {
    let mut fields: Vec<String> = spec.needs.iter().map(|need| (*need).to_owned()).collect();
    if dice.roll(4) == 0 {
        // Shared names, so that answers are carried from state to state.
        fields.push(dice.pick(&["note", "reason", "extra"]).to_string());
    }
    fields.dedup();
    let own = match spec.action {
        Action::Judge => vec!["guard".to_owned(), "fix-and-anchor".to_owned(), "leave".to_owned()],
        Action::Command => (0..=dice.roll(2)).map(|n| format!("way{n}")).collect(),
        _ => Vec::new(),
    };
    Drawn { name, spec, fields, own, bound: None, then: Vec::new() }
}

/// Draws where each outcome leads: mostly on, or back to a question, now and then anywhere.
fn lead(dice: &mut Dice, state: &mut Drawn, names: &[String]) {
    let here = names.iter().position(|name| *name == state.name).unwrap();
    let outcomes: Vec<(String, bool)> = if state.own.is_empty() {
        let known = state.spec.outcomes.iter();
        known.map(|outcome| (outcome.name.to_owned(), outcome.is_proof)).collect()
    } else {
        state.own.iter().map(|name| (name.clone(), false)).collect()
    };
    for (outcome, is_proof) in outcomes {
        let next = match dice.roll(10) {
            _ if is_proof && dice.roll(8) != 0 => "disposed".to_owned(),
            0..4 if here + 1 < names.len() => dice.pick(&names[here + 1..]).clone(),
            4..8 => "judge".to_owned(),
            // Mostly a way around a proof, which the loader is to refuse.
            8 if dice.coin() => "disposed".to_owned(),
            _ => dice.pick(names).clone(),
        };
        state.then.push((outcome, next));
    }
    if state.name != "judge" && dice.roll(4) == 0 {
        state.bound = Some((1 + dice.roll(3), "judge".to_owned()));
    }
}

fn reached(drawn: &[Drawn]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec!["judge".to_owned(), "teeth".to_owned()];
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            let state = drawn.iter().find(|state| state.name == name);
            open.extend(state.iter().flat_map(|it| &it.then).map(|(_, next)| next.clone()));
        }
    }
    reached
}

fn text(dice: &mut Dice, drawn: &[Drawn]) -> String {
    let mut text = String::from(
        "name: random\ntitle: Random\ndetector: builtin\n\
         templates: { anchor: a.hbs, pull-request: p.hbs }\nbatch: { while-high: 1, after: 5 }\n\
         start: scope\nstates:\n",
    );
    let checks = if dice.coin() { "check" } else { "candidates" };
    let _ =
        writeln!(text, "  scope: {{ action: scan, then: {{ clean: nothing, found: {checks} }} }}");
    if checks == "check" {
        text.push_str("  check: { action: check-gate, then: { usable: candidates } }\n");
    }
    let high_first = dice.coin();
    let _ = write!(
        text,
        "  candidates:\n    for-each: candidate\n    high-first: {high_first}\n    start: judge\n    \
         end: disposed\n    stale: teeth\n    states:\n"
    );
    for state in drawn {
        let _ = write!(text, "      {}:\n        action: {}\n", state.name, state.spec.name);
        if state.spec.action == Action::Command {
            let exits: Vec<String> =
                (0..).zip(&state.own).map(|(code, name)| format!("{code}: {name}")).collect();
            let _ = write!(
                text,
                "        run: [lint, '{{{{path}}}}']\n        exits: {{ {} }}\n",
                exits.join(", ")
            );
        }
        if state.spec.action == Action::Judge {
            text.push_str("        routes: { leave: no-action }\n");
        }
        if !state.fields.is_empty() {
            text.push_str("        ask:\n          text: What now?\n          fields:\n");
            for field in &state.fields {
                let choices: Vec<String> = match state.spec.decided_by {
                    Some(decides) if decides == field && !state.own.is_empty() => state.own.clone(),
                    Some(decides) if decides == field => {
                        let outcomes = state.spec.outcomes.iter();
                        outcomes.map(|outcome| outcome.name.to_owned()).collect()
                    }
                    _ => Vec::new(),
                };
                let choices: Vec<String> =
                    choices.into_iter().map(|choice| format!("{choice}: it")).collect();
                let choices = match choices.is_empty() {
                    true => String::new(),
                    false => format!(", choices: {{ {} }}", choices.join(", ")),
                };
                let _ = writeln!(text, "            {field}: {{ text: Say{choices} }}");
            }
        }
        if let Some((visits, otherwise)) = &state.bound {
            let _ = write!(text, "        at-most: {visits}\n        else: {otherwise}\n");
        }
        let then: Vec<String> =
            state.then.iter().map(|(outcome, next)| format!("{outcome}: {next}")).collect();
        let _ = writeln!(text, "        then: {{ {} }}", then.join(", "));
    }
    let red = *dice.pick(&["stopped", "stopped", "stopped", "candidates", "delivery"]);
    let _ = write!(
        text,
        "    then: {{ all-disposed: final }}\n  final: {{ action: gate-suite, then: {{ green: delivery, \
         red: {red}, stale: candidates }} }}\n  delivery: {{ action: deliver, then: {{ done: delivered, \
         stale: candidates }} }}\nends: {{ nothing: nothing-to-do, delivered: delivered, stopped: refused }}\n"
    );
    text
}
