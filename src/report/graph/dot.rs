//! The picture for Graphviz.

use super::{Arrow, Item, arrows, end, run};
use crate::model::StateId;
use crate::sop::{Sop, State};

pub(super) fn draw(sop: &Sop) -> String {
    let mut lines = vec![
        format!("digraph {} {{", quoted(&sop.name)),
        "  compound=true; node [shape=box, style=rounded, fontname=\"sans-serif\"];".to_owned(),
        "  edge [fontname=\"sans-serif\", fontsize=10];".to_owned(),
        format!("  start [shape=point]; start -> {};", name(&sop.start)),
    ];
    let mut cross = Vec::new();
    for item in run(sop) {
        match item {
            Item::State(state, arrows) => {
                lines.push(format!("  {}", node(state)));
                // An arrow to the composite state ends at its frame.
                for arrow in arrows {
                    if *arrow.to == sop.each.id {
                        cross.push(edge(
                            &state.id,
                            &arrow,
                            &sop.each.start,
                            "lhead=cluster_each, ",
                        ));
                    } else {
                        cross.push(edge(&state.id, &arrow, arrow.to, ""));
                    }
                }
            }
            Item::Each => {
                let each = &sop.each;
                lines.push("  subgraph cluster_each {".to_owned());
                let label = format!("{}: each candidate", each.id);
                lines.push(format!("    label={}; style=rounded;", quoted(&label)));
                for state in &each.states {
                    lines.push(format!("    {}", node(state)));
                    for arrow in arrows(state) {
                        lines.push(format!("    {}", edge(&state.id, &arrow, arrow.to, "")));
                    }
                }
                lines.push(format!("    {} [peripheries=2];", name(&each.end)));
                lines.push("  }".to_owned());
                cross.push(format!(
                    "{} -> {} [ltail=cluster_each, label=\"all disposed\"];",
                    name(&each.end),
                    name(&each.all_disposed)
                ));
            }
        }
    }
    for (id, how) in &sop.ends {
        let label = quoted(&format!("{id}: {}", end(*how)));
        lines.push(format!("  {} [peripheries=2, label={label}];", name(id)));
    }
    lines.extend(cross.into_iter().map(|edge| format!("  {edge}")));
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

fn node(state: &State) -> String {
    let label = format!("{}\\n{}", state.id, state.action.spec().name);
    let asks = if state.ask.is_some() { ", style=\"rounded,bold\"" } else { "" };
    format!("{} [label=\"{}\"{asks}];", name(&state.id), label.replace('"', "\\\""))
}

fn edge(from: &StateId, arrow: &Arrow<'_>, to: &StateId, more: &str) -> String {
    let proof = if arrow.is_proof { ", color=darkgreen, penwidth=2" } else { "" };
    let label = quoted(&arrow.label());
    format!("{} -> {} [{more}label={label}{proof}];", name(from), name(to))
}

fn name(id: &StateId) -> String {
    quoted(&id.0)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
