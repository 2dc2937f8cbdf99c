//! Claims about trees that are made of ruff's.

use super::super::syntax::Module;
use super::same::{same, shown};
use super::{Expr, Stmt, Tree, from_ruff};

fn tree(text: &str) -> Tree {
    let mut tree = Tree::default();
    from_ruff::fill(&mut tree, text, &Module::parse(text.to_owned()).tree().body);
    tree
}

/// The names under the first statement, in the order in which the tree shows them.
fn names(text: &str) -> Vec<String> {
    let shown = shown(&tree(text));
    let lines = shown.lines().filter_map(|line| line.trim().strip_prefix("Name "));
    lines.map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn nodes_say_where_they_stand_without_their_parentheses() {
    let expected = "\
module
  Assign
    targets
      Name x 0..1
    Call positional=2 4..25
      Attr b load=true 4..9
        Name a 5..6
      Name c 11..12
      Starred 15..17
        Name d 16..17
      k=
        Number 21..22
";
    assert_eq!(shown(&tree("x = (a).b((c), *d, k=1  )\n")), expected);
}

#[test]
fn what_is_only_walked_stands_in_order_of_walking() {
    assert_eq!(names("type x[t: b = d, *u = e, **v = f] = y\n"), ["y", "b", "d", "e", "f", "x"]);
    assert_eq!(names("x += y\n"), ["y", "x"]);
    assert_eq!(names("f'{a:{b:{c}}} {d!r}' '{e}' f'{g=}'\n"), ["a", "b", "c", "d", "g"]);
    let cases = "match s:\n case K(a.b, k=c.d) | {e.f: [g.h, *_], **r} as n if t: pass\n";
    assert_eq!(names(cases), ["s", "K", "a", "c", "e", "g", "t"]);
}

#[test]
fn variadic_parameters_come_last() {
    let tree = tree("def f(a, /, b=1, *c, d: int, **e): ...\n");
    let Stmt::Function(function) = tree.stmt(tree.body(tree.body)[0]) else { panic!() };
    let parameters = function.parameters;
    let names: Vec<&str> =
        tree.parameters[parameters.all.range()].iter().map(|each| each.name.text()).collect();
    assert_eq!(names, ["a", "b", "d", "c", "e"]);
    assert_eq!((parameters.positional, parameters.variadic), (2, 2));
}

#[test]
fn an_f_string_without_fields_is_no_plain_string() {
    let kinds = |text: &str| tree(text).exprs.iter().map(|node| node.expr).collect::<Vec<Expr>>();
    assert_eq!(kinds("'a' 'b'\n"), [Expr::Str]);
    assert!(matches!(kinds("'a' f'b'\n")[..], [Expr::Format(_)]));
}

#[test]
fn a_broken_file_gives_what_was_understood() {
    assert_eq!(names("x = a.\nb(c,\n"), ["x", "a", "b", "c"]);
}

#[test]
fn trees_that_differ_say_where() {
    assert_eq!(same(&tree("a = b(c)\n"), &tree("a = b(c)\n")), Ok(()));
    for other in ["a = b( c)\n", "a = b(d)\n", "a = b(*c)\n", "a = b(c).c\n", ""] {
        let error = same(&tree("a = b(c)\n"), &tree(other)).unwrap_err();
        assert!(error.starts_with("after\n"), "{error}");
    }
}
