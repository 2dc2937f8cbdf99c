//! The picture for Markdown: what GitHub draws of a fenced `mermaid` block.

use super::{Arrow, Item, arrows, order, run};
use crate::model::StateId;
use crate::sop::Sop;

pub(super) fn draw(sop: &Sop) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    let mut line = |depth: usize, line: String| {
        text.push_str(&"    ".repeat(depth));
        text.push_str(&line);
        text.push('\n');
    };
    // Neither a name of Mermaid's own (`end`) nor two names that differ in a hyphen alone can do harm.
    let order = order(sop);
    let id = |id: &StateId| {
        let at = order.iter().position(|known| *known == id);
        at.map_or_else(|| "unknown".to_owned(), |at| format!("s{at}"))
    };
    let shown = |id: &StateId| id.0.replace('"', "'");
    let arrow = |from: &StateId, arrow: &Arrow<'_>| {
        let proof = if arrow.is_proof { " (proof)" } else { "" };
        format!("{} --> {}: {}{proof}", id(from), id(arrow.to), arrow.label())
    };
    line(1, format!("[*] --> {}", id(&sop.start)));
    for item in run(sop) {
        match item {
            Item::State(state, arrows) => {
                line(1, format!("state \"{}\" as {}", shown(&state.id), id(&state.id)));
                arrows.iter().for_each(|each| line(1, arrow(&state.id, each)));
            }
            Item::Each => {
                let each = &sop.each;
                line(
                    1,
                    format!("state \"{}: each candidate\" as {} {{", shown(&each.id), id(&each.id)),
                );
                line(2, format!("[*] --> {}", id(&each.start)));
                for state in &each.states {
                    line(2, format!("state \"{}\" as {}", shown(&state.id), id(&state.id)));
                    arrows(state).iter().for_each(|to| line(2, arrow(&state.id, to)));
                }
                line(2, format!("state \"{}\" as {}", shown(&each.end), id(&each.end)));
                line(2, format!("{} --> [*]", id(&each.end)));
                line(1, "}".to_owned());
                line(1, format!("{} --> {}: all disposed", id(&each.id), id(&each.all_disposed)));
            }
        }
    }
    for (end, _) in &sop.ends {
        line(1, format!("state \"{}\" as {}", shown(end), id(end)));
        line(1, format!("{} --> [*]", id(end)));
    }
    text
}
