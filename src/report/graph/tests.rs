//! Every arrow of the procedure is in every picture.

use super::{Picture, graph};
use crate::sop::Sop;

fn sop() -> Sop {
    Sop::load("blocking-io.yaml", include_str!("../../../sop/blocking-io.yaml")).unwrap()
}

#[test]
fn the_picture_for_a_terminal_shows_steps_arrows_and_proofs() {
    insta::assert_snapshot!(graph(&sop(), Picture::Text));
}

#[test]
fn the_picture_for_markdown_has_every_arrow() {
    insta::assert_snapshot!(graph(&sop(), Picture::Mermaid));
}

#[test]
fn the_picture_for_graphviz_has_every_arrow() {
    insta::assert_snapshot!(graph(&sop(), Picture::Dot));
}

#[test]
fn the_picture_for_a_browser_is_closed_and_names_every_state() {
    let sop = sop();
    let svg = graph(&sop, Picture::Svg);
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    assert!(svg.ends_with("</svg>\n"));
    for state in sop.states.iter().chain(&sop.each.states) {
        let title = if state.ask.is_some() { " ?" } else { "" };
        let title = format!("font-weight=\"bold\">{}{title}</text>", state.id);
        assert!(svg.contains(&title), "{title}");
    }
}

#[test]
fn no_line_for_a_terminal_is_wider_than_one() {
    for line in graph(&sop(), Picture::Text).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
