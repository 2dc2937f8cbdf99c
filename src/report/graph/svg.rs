//! The picture for a browser. States stand below each other in reading order; what leads on runs
//! down the right side, what leads back runs up the left, one lane for each target.

use std::collections::BTreeMap;

use super::{Item, arrows, end, run};
use crate::model::StateId;
use crate::sop::{Sop, State};

/// All lengths are pixels.
const WIDTH: usize = 300;
const HEAD: usize = 24;
const PORT: usize = 17;
const GAP: usize = 14;
const LANE: usize = 11;
const INDENT: usize = 14;
const COLOURS: [&str; 6] = ["#57606a", "#0969da", "#8250df", "#9a6700", "#bf3989", "#1b7c83"];
const PROOF: &str = "#1a7f37";

/// A box: a state with one row for each of its arrows.
struct Block {
    id: StateId,
    title: String,
    note: String,
    ports: Vec<(String, StateId, bool)>,
    inside: bool,
    top: usize,
}

/// Everything that leads to one target on one side.
struct Lane {
    target: usize,
    back: bool,
    is_proof: bool,
    /// The rows that it starts from, as heights.
    from: Vec<usize>,
    column: usize,
}

pub(super) fn draw(sop: &Sop) -> String {
    let blocks = blocks(sop);
    let lanes = lanes(&blocks);
    let columns = |back: bool| {
        let used = lanes.iter().filter(|lane| lane.back == back).map(|lane| lane.column + 1);
        used.max().unwrap_or_default() * LANE + 2 * INDENT
    };
    let (left, right) = (columns(true), columns(false));
    let total = left + WIDTH + 2 * INDENT + right;
    let height = blocks.last().map_or(0, |last| last.top + block_height(last)) + GAP;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"{height}\" viewBox=\"0 0 {total} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        escaped(&format!("{}: {}", sop.name, sop.title))
    );
    frame(&mut svg, &blocks, left);
    for lane in &lanes {
        draw_lane(&mut svg, lane, &blocks[lane.target], left);
    }
    for block in &blocks {
        draw_block(&mut svg, block, left);
    }
    svg.push_str("</svg>\n");
    svg
}

fn blocks(sop: &Sop) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut top = GAP;
    let mut add = |id: &StateId, title: String, note: String, ports: Vec<_>, inside: bool| {
        let block = Block { id: id.clone(), title, note, ports, inside, top };
        top += block_height(&block) + GAP;
        blocks.push(block);
    };
    let state = |state: &State| {
        let asks = if state.ask.is_some() { " ?" } else { "" };
        let ports = arrows(state)
            .into_iter()
            .map(|arrow| (arrow.label(), arrow.to.clone(), arrow.is_proof))
            .collect();
        (
            format!("{}{asks}", state.id),
            format!("{} · {}", state.step, state.action.spec().name),
            ports,
        )
    };
    for item in run(sop) {
        match item {
            Item::State(node, _) => {
                let (title, note, ports) = state(node);
                add(&node.id, title, note, ports, false);
            }
            Item::Each => {
                let each = &sop.each;
                let ports = vec![
                    ("each candidate".to_owned(), each.start.clone(), false),
                    ("all disposed".to_owned(), each.all_disposed.clone(), false),
                    ("changed since its proof".to_owned(), each.stale.clone(), false),
                ];
                add(&each.id, each.id.to_string(), "for each candidate".to_owned(), ports, true);
                for node in &each.states {
                    let (title, note, ports) = state(node);
                    add(&node.id, title, note, ports, true);
                }
                add(&each.end, each.end.to_string(), "end".to_owned(), Vec::new(), true);
            }
        }
    }
    for (id, how) in &sop.ends {
        add(id, id.to_string(), end(*how).to_owned(), Vec::new(), false);
    }
    blocks
}

fn lanes(blocks: &[Block]) -> Vec<Lane> {
    let at: BTreeMap<&StateId, usize> =
        blocks.iter().enumerate().map(|(at, block)| (&block.id, at)).collect();
    let mut lanes: Vec<Lane> = Vec::new();
    for (source, block) in blocks.iter().enumerate() {
        for (row, (_, to, is_proof)) in block.ports.iter().enumerate() {
            let Some(target) = at.get(to).copied() else { continue };
            let (back, is_proof) = (target <= source, *is_proof);
            let height = block.top + HEAD + row * PORT + PORT / 2;
            let same = |lane: &&mut Lane| {
                (lane.target, lane.back, lane.is_proof) == (target, back, is_proof)
            };
            match lanes.iter_mut().find(same) {
                Some(lane) => lane.from.push(height),
                None => {
                    lanes.push(Lane { target, back, is_proof, from: vec![height], column: 0 });
                }
            }
        }
    }
    // The shortest lane is the nearest; one that would cross over another stands further out.
    lanes.sort_by_key(|lane| span(lane, blocks).1 - span(lane, blocks).0);
    for index in 0..lanes.len() {
        let (low, high) = span(&lanes[index], blocks);
        let taken: Vec<usize> = (lanes[..index].iter())
            .filter(|other| other.back == lanes[index].back)
            .filter(|other| {
                let (other_low, other_high) = span(other, blocks);
                low <= other_high && other_low <= high
            })
            .map(|other| other.column)
            .collect();
        lanes[index].column = (0..).find(|column| !taken.contains(column)).unwrap_or_default();
    }
    lanes
}

/// From which height to which a lane runs.
fn span(lane: &Lane, blocks: &[Block]) -> (usize, usize) {
    let heights = || lane.from.iter().copied().chain([blocks[lane.target].top + HEAD / 2]);
    (heights().min().unwrap_or_default(), heights().max().unwrap_or_default())
}

fn block_height(block: &Block) -> usize {
    HEAD + block.ports.len() * PORT
}

/// Where a box begins and ends, left to right.
fn sides(block: &Block, left: usize) -> (usize, usize) {
    let inset = if block.inside { INDENT } else { 0 };
    (left + INDENT + inset, left + INDENT + WIDTH - inset)
}

fn frame(svg: &mut String, blocks: &[Block], left: usize) {
    let inside = || blocks.iter().filter(|block| block.inside);
    let (Some(first), Some(last)) = (inside().next(), inside().last()) else { return };
    let (top, bottom) = (first.top - GAP / 2, last.top + block_height(last) + GAP / 2);
    svg.push_str(&format!(
        "<rect x=\"{}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{}\" rx=\"8\" fill=\"#f6f8fa\" stroke=\"#afb8c1\" stroke-dasharray=\"4 3\"/>\n",
        left + INDENT,
        bottom - top
    ));
}

fn draw_lane(svg: &mut String, lane: &Lane, target: &Block, left: usize) {
    let colour = if lane.is_proof { PROOF } else { COLOURS[lane.column % COLOURS.len()] };
    let (low, high) = sides(target, left);
    let edge = if lane.back { low } else { high };
    let outer = lane.column * LANE + LANE;
    let (trunk, head) = if lane.back {
        (left + INDENT - outer, edge.saturating_sub(6))
    } else {
        (left + INDENT + WIDTH + outer, edge + 6)
    };
    let middle = target.top + HEAD / 2;
    let width = if lane.is_proof { "2.2" } else { "1.3" };
    let mut path = String::new();
    for height in &lane.from {
        // A row's box may be narrower than the frame; the line starts inside of it all the same.
        let start = if lane.back { left + 2 * INDENT } else { left + WIDTH };
        path.push_str(&format!("M{start} {height}H{trunk}V{middle}H{head}"));
    }
    svg.push_str(&format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\n<path d=\"M{head} {}L{edge} {middle}L{head} {}z\" fill=\"{colour}\"/>\n",
        middle - 4,
        middle + 4
    ));
}

fn draw_block(svg: &mut String, block: &Block, left: usize) {
    let (low, high) = sides(block, left);
    svg.push_str(&format!(
        "<rect x=\"{low}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"white\" stroke=\"#57606a\"/>\n<text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>\n<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#57606a\">{}</text>\n",
        block.top,
        high - low,
        block_height(block),
        low + 8,
        block.top + 16,
        escaped(&block.title),
        high - 8,
        block.top + 16,
        escaped(&block.note)
    ));
    for (row, (label, _, is_proof)) in block.ports.iter().enumerate() {
        let fill = if *is_proof { PROOF } else { "#24292f" };
        svg.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"{fill}\">{}</text>\n",
            low + 18,
            block.top + HEAD + row * PORT + 12,
            escaped(label)
        ));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
