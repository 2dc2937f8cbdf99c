//! Names of functions and where they stand.

use super::super::syntax::{Module, enclosing_function, function_span};

const TEXT: &str = "\
x = 1
class Outer:
    class Inner:
        @decorated(
            1)
        def method(self):
            def nested():
                pass
            return 1
async def top():
    pass
";

#[test]
fn the_innermost_function_encloses_a_line() {
    let module = Module::parse(TEXT.to_owned());
    let at = |line| enclosing_function(&module, line);
    assert_eq!(at(1), None);
    assert_eq!(at(2), None);
    assert_eq!(at(5).as_deref(), Some("Outer.Inner.method"));
    assert_eq!(at(8).as_deref(), Some("Outer.Inner.nested"));
    assert_eq!(at(9).as_deref(), Some("Outer.Inner.method"));
    assert_eq!(at(11).as_deref(), Some("top"));
}

#[test]
fn a_span_takes_its_decorators_in() {
    let module = Module::parse(TEXT.to_owned());
    let span = function_span(&module, "Outer.Inner.method").unwrap();
    assert_eq!(module.lines(span), 4..=9);
    assert_eq!(function_span(&module, "method"), None);
}
