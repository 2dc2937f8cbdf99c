//! The quick parser beside the full one.

mod doubts;
mod forms;
mod mutants;
mod wrong;

use ruff_python_ast::PySourceType;
use ruff_python_parser::parse_unchecked_source;

use super::super::tree::Tree;
use super::super::tree::from_ruff::fill;
use super::super::tree::same::same;
use super::{Doubt, parse};

/// Whether a text is accepted.
///
/// # Panics
/// Where it is, and the full parser has an error or another tree.
fn accepted(text: &str) -> Result<(), Doubt> {
    let mut quick = Tree::default();
    parse(text, &mut quick)?;
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    assert_eq!(parsed.errors(), [], "accepted:\n{text}");
    let mut full = Tree::default();
    fill(&mut full, text, parsed.suite());
    if let Err(difference) = same(&quick, &full) {
        panic!("{difference}\nin:\n{text}");
    }
    Ok(())
}
