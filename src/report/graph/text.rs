//! The picture for a terminal: a frame per step, a line per state, an arrow per outcome.

use std::collections::BTreeMap;

use super::{Item, arrows, end, order, run};
use crate::model::StateId;
use crate::sop::{Sop, State};

const LEGEND: &str = "\
● start   ? asks first   ■ end   ──▶ on   ◀── back   ══▶ a proof; nothing is settled without one
";

pub(super) fn draw(sop: &Sop) -> String {
    let mut drawing = Drawing::new(sop);
    drawing.text = format!("{}: {}\n\n", sop.name, sop.title);
    let mut step = None;
    for item in run(sop) {
        match item {
            Item::State(state, _) => drawing.state(state, &mut step, "", &sop.start),
            Item::Each => {
                drawing.close(&mut step, "");
                let each = &sop.each;
                let order = if each.high_first { ", every HIGH first" } else { "" };
                drawing.line("", &format!("╔═ {}: for each candidate{order}", each.id));
                for state in &each.states {
                    drawing.state(state, &mut step, "║ ", &each.start);
                }
                drawing.close(&mut step, "║ ");
                drawing.line("║ ", &format!("■ {}", each.end));
                drawing.line("", &format!("╚═ when all are ──▶ {}", each.all_disposed));
                drawing.line("", &format!("   changed since its proof ──▶ {}", each.stale));
            }
        }
    }
    drawing.close(&mut step, "");
    for (id, how) in &sop.ends {
        drawing.line("", &format!("■ {id}: {}", end(*how)));
    }
    drawing.text.push('\n');
    drawing.text.push_str(LEGEND);
    drawing.text
}

struct Drawing<'a> {
    sop: &'a Sop,
    text: String,
    places: BTreeMap<&'a StateId, usize>,
    /// Of the longest outcomes that are drawn before an arrow.
    width: usize,
}

impl<'a> Drawing<'a> {
    fn new(sop: &'a Sop) -> Self {
        let places = order(sop).into_iter().enumerate().map(|(at, id)| (id, at)).collect();
        let states = sop.states.iter().chain(&sop.each.states);
        let width = states
            .flat_map(arrows)
            .flat_map(|arrow| wrapped(&arrow.outcomes))
            .map(|line| line.chars().count())
            .max()
            .unwrap_or_default();
        Self { sop, text: String::new(), places, width }
    }

    fn line(&mut self, margin: &str, line: &str) {
        self.text.push_str(margin);
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn close(&mut self, step: &mut Option<u8>, margin: &str) {
        if step.take().is_some() {
            self.line(margin, "└─");
        }
    }

    fn state(&mut self, state: &'a State, step: &mut Option<u8>, margin: &str, start: &StateId) {
        if *step != Some(state.step) {
            self.close(step, margin);
            let name = self.sop.step_name(state.step);
            let name = name.map_or_else(String::new, |name| format!(", {name}"));
            self.line(margin, &format!("┌─ step {}{name}", state.step));
            *step = Some(state.step);
        }
        let start = if state.id == *start { '●' } else { ' ' };
        let asks = if state.ask.is_some() { " ?" } else { "" };
        let name = format!("{}{asks}", state.id);
        self.line(margin, &format!("│ {start} {name:<24}{}", state.action.spec().name));
        let here = self.places.get(&state.id).copied();
        for arrow in arrows(state) {
            let back = self.places.get(arrow.to).copied() <= here;
            let shaft = match (arrow.is_proof, back) {
                (true, _) => "══▶",
                (false, false) => "──▶",
                (false, true) => "◀──",
            };
            let mut lines = wrapped(&arrow.outcomes);
            let last = lines.pop().unwrap_or_default();
            for line in lines {
                self.line(margin, &format!("│       {line}"));
            }
            let width = self.width;
            self.line(margin, &format!("│       {last:<width$} {shaft} {}", arrow.to));
        }
    }
}

/// Outcomes in lines that leave room for the arrow.
fn wrapped(outcomes: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, outcome) in outcomes.iter().enumerate() {
        let comma = if index + 1 < outcomes.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + outcome.chars().count() < 28 => {
                line.push_str(&format!(" {outcome}{comma}"));
            }
            _ => lines.push(format!("{outcome}{comma}")),
        }
    }
    lines
}
