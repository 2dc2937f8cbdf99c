//! Calls by what they call, for whoever knows a line and no column.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::Ranged;

use super::walk::walk;
use crate::scan::enclosing_function;
use crate::scan::syntax::Module;

/// The text of what the first call on a line (from 1) calls, where that ends with `name`:
/// `self.store.load` for `load`.
pub fn callee_on_line(module: &Module, line: usize, name: &str) -> Option<String> {
    first(module, |call| {
        let last = match &*call.func {
            Expr::Name(func) => func.id.as_str(),
            Expr::Attribute(func) => func.attr.as_str(),
            _ => return false,
        };
        last == name && module.line(call.start()) == line
    })
    .map(|call| module.text(&*call.func).to_owned())
}

/// Where the first call of `callee`, as written, stands inside a function: line and column.
pub fn find_call(module: &Module, function: &str, callee: &str) -> Option<(usize, usize)> {
    let inside = |line| enclosing_function(module, line).as_deref() == Some(function);
    first(module, |call| module.text(&*call.func) == callee && inside(module.line(call.start())))
        .map(|call| module.position(call.start()))
}

fn first(module: &Module, is_it: impl Fn(&ExprCall) -> bool) -> Option<&ExprCall> {
    let mut found = None;
    walk(module, |_, node| {
        if let AnyNodeRef::ExprCall(call) = node
            && found.is_none()
            && is_it(call)
        {
            found = Some(call);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
def g(s):
    return s.load(0)

async def f(s):
    return h(s.load(1))
";

    #[test]
    fn what_is_called_on_a_line_is_found_by_the_last_part_of_its_name() {
        let module = Module::parse(SOURCE.to_owned());
        assert_eq!(callee_on_line(&module, 5, "load").as_deref(), Some("s.load"));
        assert_eq!(callee_on_line(&module, 5, "g"), None);
    }

    #[test]
    fn a_call_is_found_in_its_function_alone() {
        let module = Module::parse(SOURCE.to_owned());
        assert_eq!(find_call(&module, "f", "s.load"), Some((5, 14)));
        assert_eq!(find_call(&module, "g", "s.load"), Some((2, 12)));
        assert_eq!(find_call(&module, "f", "load"), None);
    }
}
