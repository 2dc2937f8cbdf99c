//! A call by its line and name, for whoever knows no column.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::walk::walk;
use crate::scan::syntax::Module;

/// Where the first call on a line (from 1) of something with this last name begins: line and column.
pub fn find_call(module: &Module, line: usize, name: &str) -> Option<(usize, usize)> {
    let mut found = None;
    walk(module, |_, node| {
        let AnyNodeRef::ExprCall(call) = node else { return };
        let last = match &*call.func {
            Expr::Name(func) => func.id.as_str(),
            Expr::Attribute(func) => func.attr.as_str(),
            _ => return,
        };
        if found.is_none() && last == name && module.line(call.start()) == line {
            found = Some(module.position(call.start()));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_found_by_the_last_part_of_its_name() {
        let module = Module::parse("async def f(s):\n    return g(s.load(1))\n".to_owned());
        assert_eq!(find_call(&module, 2, "load"), Some((2, 14)));
        assert_eq!(find_call(&module, 2, "g"), Some((2, 12)));
        assert_eq!(find_call(&module, 1, "load"), None);
    }
}
