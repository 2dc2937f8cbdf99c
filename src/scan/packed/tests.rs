//! Claims about facts as bytes.

use proptest::prelude::*;

use super::super::desk;
use super::super::facts::Scope;
use super::super::name::Name;
use super::{
    At, Binding, Call, File, Head, Local, Names, Node, Parts, Shelf, Touch, Type, are_same,
};

/// A bit of everything that facts can hold.
const TEXT: &str = r#"
from . import near as n
from far.away import *
import os.path, sys as system

class A(Base, n.Other[int]):
    field: "list[str] | None" = None
    async def go(self, x: dict[str, A] = Depends(make), *rest, key=None, **more) -> Awaitable[tuple[int, str]]:
        self.kept = [a for a in x if a]
        try:
            async with timeout(3), lock as held:
                await wait_for(gather(one(), two()), 1)
        finally:
            with suppress(E):
                self.kept[0].close(*rest, **more)
        if x is not None and (y := x.get("a")):
            yield y.name
        return super().go(lambda v: v + 1) or (1, b"", f"{x}", None)
    @property
    @cached("a")
    def name(self): return cast("type[A]", self.path / "x" % 1)

def later(loop, f=functools.partial(print, 1)):
    for part, (first, *rest) in pairs(loop.one.two, loop.one.two[0].three): print(first.name.a, first.name.b)
    def inner(at: "Annotated['A | None', 1]", g=Depends(lambda: f), h: Annotated[A, Depends(f)] = None):
        nonlocal part
        part = cast("dict[str, 'A']", field(default_factory=A)) or (f"{f.x:{f.y}}" "z" % 1)
    loop.call_soon(f, (yield from g()), a if b else c, {**d})
    return StreamingResponse(stream(1)(2))
"#;

fn facts_of(text: &[u8]) -> Vec<u8> {
    let mut shelf = Shelf::default();
    let spot = desk::facts_of(text, &mut shelf);
    shelf.at(spot).to_vec()
}

/// An expression, as text.
fn expr(file: &File<'_>, at: At) -> String {
    let inner = |at| expr(file, at);
    let all = |parts: Parts<'_>| parts.map(inner).collect::<Vec<_>>().join(", ");
    match file.node(at) {
        Node::Name(name) => file.name(name).to_string(),
        Node::Attr(value, name) => format!("{}.{name}", inner(value)),
        Node::Call(callee, first) => {
            format!("{}({})", inner(callee), first.map(inner).unwrap_or_default())
        }
        Node::Await(value) => format!("(await {})", inner(value)),
        Node::Enter(value) => format!("(enter {})", inner(value)),
        Node::Element(value) => format!("{}[]", inner(value)),
        Node::Part(value, index) => format!("{}[{index}]", inner(value)),
        Node::Display(parts) => format!("[{}]", all(parts)),
        Node::Super => "super()".to_owned(),
        Node::Union(parts) => format!("any of [{}]", all(parts)),
        Node::Join(left, right) => format!("({} / {})", inner(left), inner(right)),
        Node::Lambda(index) => format!("lambda {index}"),
        Node::Literal(name) => format!("<{name}>"),
        Node::Typed(of) => format!("(a {})", annotation(file, of)),
        Node::None => "None".to_owned(),
        Node::Unknown => "?".to_owned(),
    }
}

/// A type, as text.
fn annotation(file: &File<'_>, at: At) -> String {
    let inner = |at| annotation(file, at);
    let all = |parts: Parts<'_>| parts.map(inner).collect::<Vec<_>>().join(", ");
    match file.annotation(at) {
        Type::Plain(value) => expr(file, value),
        Type::AnyOf(parts) => format!("any of [{}]", all(parts)),
        Type::ClassOf(of) => format!("class {}", inner(of)),
        Type::Many(of) => format!("many {}", inner(of)),
        Type::Tuple(parts) => format!("({})", all(parts)),
        Type::Awaited(of) => format!("awaited {}", inner(of)),
        Type::Unknown => "?".to_owned(),
    }
}

/// What is bound to every name of a scope, sorted by the names.
fn bound(file: &File<'_>, scope: Scope) -> String {
    let mut locals: Vec<Local> = (0..)
        .map_while(|place| Some(Local(place)).filter(|local| file.source.name(*local).is_some()))
        .collect();
    locals.sort_by_key(|local| file.name(*local));
    let mut out = String::new();
    for local in locals {
        for binding in file.bound(scope, local).into_iter().flat_map(|bound| bound.all()) {
            let what = match binding {
                Binding::Value(value) => expr(file, value),
                other => format!("{other:?}"),
            };
            out += &format!("  {} = {what}\n", file.name(local));
        }
    }
    out
}

/// A call, as text.
fn call(file: &File<'_>, call: &Call<'_>) -> String {
    let Call { line, column, used, care, .. } = call;
    let alias = call.alias.map(|alias| format!(" as {alias}")).unwrap_or_default();
    let arguments = call.arguments.iter().map(|argument| {
        let keyword = argument.keyword.map(|name| format!("{name}=")).unwrap_or_default();
        let written = argument.written.map(|text| format!(" `{text}`")).unwrap_or_default();
        format!("{keyword}{}{written}", expr(file, argument.value))
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let guards: Vec<Name> = call.guards.iter().map(|name| file.name(*name)).collect();
    let callee = expr(file, call.callee);
    format!("  {line}:{column} {callee}{alias}({arguments}) {used:?} {care:?} {guards:?}\n")
}

/// Everything in a file's facts, as text.
fn opened(text: &str) -> String {
    let bytes = facts_of(text.as_bytes());
    let names = Names::Own;
    let file = File::open("a.py", &bytes, &names).unwrap();
    let mut out = format!("stars {:?}\nfault {:?}\n", file.stars, file.fault);
    for index in 0..file.functions() {
        let Head { name, kind, parent, traits, .. } = file.head(index);
        let dotted = file.full_name(Scope::Function(index));
        out += &format!("{kind:?} {name} {dotted} in {parent:?}, {traits:?}\n");
        let (function, signature) = (file.function(index), file.signature(index));
        let all = |parts: Parts<'_>| parts.map(|at| expr(&file, at)).collect::<Vec<_>>();
        out += &format!("  decorators {:?}\n", all(function.decorators));
        for parameter in signature.parameters() {
            let annotation = parameter.annotation.map(|at| annotation(&file, at));
            let injected = parameter.injected.map(|at| expr(&file, at));
            let default = parameter.default;
            out += &format!(
                "  parameter {}: {annotation:?}, {default:?}, {injected:?}\n",
                parameter.name
            );
        }
        let (positional, is_iterated) = (signature.positional, function.is_iterated);
        let returns = function.returns.map(|at| annotation(&file, at));
        let (returned, yielded) = (all(function.returned), all(function.yielded));
        out += &format!("  {positional} positional, iterated {is_iterated}\n");
        out += &format!("  {returns:?} returns {returned:?} yields {yielded:?}\n");
        out += &bound(&file, Scope::Function(index));
        file.calls(index, |one| {
            let text = call(&file, one);
            assert_eq!(call(&file, &file.call(index, one.place)), text);
            out += &text;
        });
        for Touch { receiver, name, line } in file.touches(index, |_| true) {
            out += &format!("  touches {} {name} in {line}\n", expr(&file, receiver));
        }
    }
    for index in 0..file.classes() {
        let class = file.class(index);
        let bases: Vec<String> = file.bases(index).map(|at| expr(&file, at)).collect();
        let dotted = file.full_name(Scope::Class(index));
        out += &format!("class {dotted} in {:?} of {bases:?}\n", class.parent);
        out += &bound(&file, Scope::Class(index));
        for (name, method, value) in file.attributes(index) {
            out += &format!("  {}'s {} = {}\n", method, file.name(name), expr(&file, value));
        }
    }
    out
}

#[test]
fn everything_that_a_file_says_is_in_its_facts() {
    insta::assert_snapshot!(opened(TEXT));
}

#[test]
fn files_that_say_little_have_facts_too() {
    assert_eq!(opened("").lines().count(), 6);
    assert!(opened("def f(:\n").contains("fault Some(Fault { line: 1, column: 7"));
    assert!(opened("x = 1\n").ends_with("  x = <int>\n"));
}

#[test]
fn names_of_a_long_file_are_found_too() {
    // More names, and more bytes bound to them, than half of a narrow entry can say.
    let text: String = (0..70_000).map(|n| format!("name_{n} = value_{}\n", n % 7)).collect();
    let bytes = facts_of(format!("{text}name_3 = 1\nclass A:\n    late = 1\n").as_bytes());
    let file = File::open("a.py", &bytes, &Names::Own).unwrap();
    for (name, values) in [
        ("name_0", &["value_0"][..]),
        ("name_3", &["value_3", "<int>"]),
        ("name_69999", &["value_6"]),
        ("value_0", &[]),
    ] {
        let local = file.local(Name::new(name)).unwrap();
        let bound = file.bound(Scope::Function(0), local);
        let all = bound.into_iter().flat_map(|bound| bound.all());
        let found: Vec<String> = all
            .map(|binding| match binding {
                Binding::Value(value) => expr(&file, value),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(found, values, "{name}");
    }
    let late = file.local(Name::new("late")).unwrap();
    assert_eq!(file.bound(Scope::Class(0), late).map(|bound| bound.all().count()), Some(1));
}

#[test]
fn a_touch_that_one_of_the_eight_before_says_too_is_said_once() {
    let touches = |text: &str| opened(text).matches("touches ").count();
    assert_eq!(touches("a.b; a.c; a.b; f(1).x; f(2).x\n"), 3);
    assert_eq!(touches("a.x; a.b; a.c; a.d; a.e; a.f; a.g; a.h; a.i; a.x\n"), 10);
    let long = format!("({}).x; a.x\n", vec!["a"; 100].join(" or "));
    assert_eq!(touches(&long.repeat(2)), 2);
}

#[test]
fn a_function_is_named_after_the_classes_around_it_and_a_lambda_after_its_function() {
    let facts = opened(
        "def f():\n    class A:\n        x = lambda: lambda: 1\n        def g(self):\n            \
         def h(): lambda: 2\n            class B:\n                async def k(self): ...\n",
    );
    let functions = facts.lines().filter(|line| {
        ["Module ", "Sync ", "Async ", "Lambda "].iter().any(|kind| line.starts_with(kind))
    });
    let names: Vec<&str> = functions.map(|line| line.split(' ').nth(2).unwrap()).collect();
    assert_eq!(names, ["<module>", "f", "f", "f", "A.g", "A.h", "A.h", "A.B.k"]);
}

#[test]
fn lines_of_any_number_are_told() {
    for lines in [1, 126, 127, 16_382, 16_383, 16_384, 2_097_151, 2_097_152] {
        let facts = opened(&format!("{}a()\n", "\n".repeat(lines)));
        let line = format!("  {}:1 a() Value", lines + 1);
        assert!(facts.contains(&line), "{facts}");
    }
}

#[test]
fn what_is_known_of_names_around_a_function_is_not_known_in_it() {
    let facts = opened("if a:\n    f()\n    def g(): h()\n    lambda: i()\n    j()\n");
    let calls = facts.lines().filter(|line| line.contains("() Value None "));
    let guarded: Vec<(&str, bool)> = calls
        .map(|call| (call.split([' ', '(']).nth(3).unwrap(), call.ends_with("[\"a\"]")))
        .collect();
    assert_eq!(guarded, [("f", true), ("j", true), ("h", false), ("i", false)]);
}

#[test]
fn where_things_stand_in_a_long_file_is_told() {
    // More bytes of positions than a narrow table can say.
    let text: String = (0..40_000).map(|_| "f(a.b)\n").collect();
    let bytes = facts_of(format!("{text}def g():\n  h().i\n  k()\n").as_bytes());
    let file = File::open("a.py", &bytes, &Names::Own).unwrap();
    let mut found = Vec::new();
    file.calls(1, |call| found.push((call.place, call.line, call.column)));
    assert_eq!(found.iter().map(|it| (it.1, it.2)).collect::<Vec<_>>(), [(40_002, 3), (40_003, 3)]);
    for (place, line, _) in found {
        assert_eq!(file.call(1, place).line, line);
    }
    assert_eq!(file.touches(1, |_| true).map(|touch| touch.line).collect::<Vec<_>>(), [40_002]);
    assert_eq!(file.touches(0, |_| true).map(|touch| touch.line).collect::<Vec<_>>(), [1]);
    let mut last = 0;
    file.calls(0, |call| last = call.line);
    assert_eq!(last, 40_000);
}

#[test]
fn what_moves_in_a_file_changes_nothing_but_positions() {
    // Long enough that lines take more bytes, and there are more of these before those of others.
    let moved =
        TEXT.replace("    def ", "    # A remark.\n    def ").replace("\n", &"\n".repeat(90));
    let (one, other) = (facts_of(TEXT.as_bytes()), facts_of(moved.as_bytes()));
    let text = |number| Names::Own.get(number).map(Name::text);
    assert!(are_same((&one, &text), (&other, &text)));
    let positions = |bytes: &[u8]| File::open("a.py", bytes, &Names::Own).unwrap().positions();
    let (then, now) = (positions(&one), positions(&other));
    assert_eq!(then.len(), now.len());
    for (then, now) in then.iter().zip(&now) {
        assert_eq!(then.column, now.column);
        assert!(now.line > 90 * (then.line - 1));
    }
}

#[test]
fn touches_of_other_names_are_passed_by_and_their_lines_with_them() {
    let bytes = facts_of(b"f()\na.b\n\na.c; a.d\na.e\n");
    let file = File::open("a.py", &bytes, &Names::Own).unwrap();
    let wanted = |name: Name| ["c", "e"].contains(&name.text());
    let found: Vec<u32> = file.touches(0, wanted).map(|touch| touch.line).collect();
    assert_eq!(found, [4, 5]);
}

#[test]
fn everything_that_has_a_place_is_among_the_positions() {
    let bytes = facts_of(b"f(g())\nlambda: h()\na.b; c.d\nclass A:\n  x = k()\ndef l(:\n");
    let file = File::open("a.py", &bytes, &Names::Own).unwrap();
    let mut expected = Vec::new();
    for index in 0..file.functions() {
        file.calls(index, |call| expected.push((call.line, Some(call.column))));
        expected.extend(file.touches(index, |_| true).map(|touch| (touch.line, None)));
    }
    assert_eq!(expected.len(), 6);
    let fault = file.fault.as_ref().unwrap();
    assert_eq!((fault.line, fault.column), (6, 7));
    expected.push((6, Some(7)));
    let found: Vec<_> = file.positions().iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(found, expected);
}

#[test]
fn facts_are_the_same_whatever_numbers_their_names_have() {
    let (one, other) = (facts_of(b"a.b(c)\n"), facts_of(b"a.b(d)\n"));
    let names = Names::Own;
    let mut renumbered = one.clone();
    let list = super::names_of(&one).unwrap();
    for index in 0..list.len() {
        let at = super::LIST + 4 * index;
        renumbered[at..at + 4].copy_from_slice(&u32::try_from(index).unwrap().to_le_bytes());
    }
    let own: Vec<Name> =
        list.iter().map(|number| names.get(u32::from_le_bytes(*number)).unwrap()).collect();
    let own = Names::of(own);
    let names = |number| names.get(number).map(Name::text);
    let own = |number| own.get(number).map(Name::text);
    assert!(are_same((&one, &names), (&renumbered, &own)));
    assert!(!are_same((&one, &names), (&other, &names)));
    assert!(!are_same((&[], &names), (&[], &names)));
    assert!(!are_same((&one, &|_| None), (&one, &|_| None)), "names that are not there");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_another_make_never_panic_when_they_are_opened(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let names = Names::Own;
        File::open("a.py", &bytes, &names);
    }
}
