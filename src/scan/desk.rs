//! The bytes of a file to its packed facts. Each thread has tables of its own that it fills with file
//! after file, so that nearly nothing is allocated for a file but what is kept of it.

use std::cell::RefCell;

use super::extract::{Extraction, Found};
use super::facts::Fault;
use super::packed::{Packer, Shelf, Spot};
use super::syntax::Module;
use super::tree::{Tree, from_ruff};
use super::{decode, depth, quick};

#[derive(Default)]
struct Desk {
    tree: Tree,
    extraction: Extraction,
    packer: Packer,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Puts the packed facts of a file with this content on a shelf.
pub(super) fn facts_of(bytes: &[u8], shelf: &mut Shelf) -> Spot {
    let text = match decode::borrowed(bytes) {
        Ok(text) => text,
        Err(error) => return unread(error.line, error.message, shelf),
    };
    DESK.with_borrow_mut(|Desk { tree, extraction, packer }| {
        if quick::parse(&text, tree).is_ok() {
            return packer.pack(&text, tree, extraction.of(tree), None, shelf);
        }
        if let Some(at) = depth::too_deep(&text) {
            let line = text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
            let message = "it nests deeper than guard follows".to_owned();
            let fault = Fault { line, column: 1, message, code: String::new() };
            return nothing(packer, fault, shelf);
        }
        tree.clear();
        let module = Module::parse(text.into_owned());
        from_ruff::fill(tree, module.source(), &module.tree().body);
        let fault = fault(&module);
        packer.pack(module.source(), tree, extraction.of(tree), fault.as_ref(), shelf)
    })
}

/// Frees the tables of this thread: what comes after reading has no use for them.
pub(super) fn leave() {
    DESK.take();
    quick::leave();
}

/// Puts on a shelf what a file says that could not be read, from this line on.
pub(super) fn unread(line: usize, message: String, shelf: &mut Shelf) -> Spot {
    let fault = Fault { line, column: 1, message, code: String::new() };
    DESK.with_borrow_mut(|desk| nothing(&mut desk.packer, fault, shelf))
}

fn nothing(packer: &mut Packer, fault: Fault, shelf: &mut Shelf) -> Spot {
    packer.pack("", &Tree::default(), &Found::default(), Some(&fault), shelf)
}

/// The first thing that the parser could not read.
fn fault(module: &Module) -> Option<Fault> {
    let error = module.errors().first()?;
    let (line, column) = module.position(error.location.start());
    let code = module.trimmed_line(line).to_owned();
    Some(Fault { line, column, message: error.error.to_string(), code })
}
