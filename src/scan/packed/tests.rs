//! Claims about facts as bytes.

use proptest::prelude::*;

use super::super::desk::facts_of;
use super::super::facts::{Bindings, Function};
use super::super::name::Name;
use super::{File, are_same};

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

/// Everything in a file's facts, as text.
fn opened(text: &str) -> String {
    let bytes = facts_of(text.as_bytes());
    let names = Name::all();
    let file = File::open("a.py", &bytes, &names).unwrap();
    let mut out = format!("stars {:?}\nfault {:?}\n", file.stars, file.fault);
    let named = |bindings: &Bindings| {
        let mut all = bindings.all().to_vec();
        all.sort_by_key(|(name, _)| *name);
        all.into_iter()
            .map(|(name, binding)| format!("  {name}: {binding:?}\n"))
            .collect::<String>()
    };
    for index in 0..file.functions() {
        let function = file.function(index);
        let rest = Function { bindings: Bindings::default(), ..function.clone() };
        out += &format!("{:?}\n{rest:?}\n{}", file.head(index), named(&function.bindings));
        let (calls, touches) = file.doing(index, |_| true);
        for (place, call) in calls {
            assert_eq!(file.call(place), call);
            out += &format!("  {call:?}\n");
        }
        touches.iter().for_each(|touch| out += &format!("  {touch:?}\n"));
        assert!(file.doing(index, |_| false).1.is_empty());
    }
    for index in 0..file.classes() {
        let members = file.members(index);
        out += &format!("{:?}\n{}", file.class(index), named(&members.members));
        members.attributes.iter().for_each(|attribute| out += &format!("  {attribute:?}\n"));
    }
    out
}

#[test]
fn everything_that_a_file_says_is_in_its_facts() {
    insta::assert_snapshot!(opened(TEXT));
}

#[test]
fn files_that_say_little_have_facts_too() {
    assert_eq!(opened("").lines().count(), 4);
    assert!(opened("def f(:\n").contains("fault Some(Fault { line: 1, column: 7"));
    assert!(opened("x = 1\n").ends_with("  x: Value(Literal(\"int\"))\n"));
}

#[test]
fn a_touch_that_one_of_the_eight_before_says_too_is_said_once() {
    let touches = |text: &str| opened(text).matches("Touch {").count();
    assert_eq!(touches("a.b; a.c; a.b; f(1).x; f(2).x\n"), 3);
    assert_eq!(touches("a.x; a.b; a.c; a.d; a.e; a.f; a.g; a.h; a.i; a.x\n"), 10);
    let long = format!("({}).x; a.x\n", vec!["a"; 100].join(" or "));
    assert_eq!(touches(&long.repeat(2)), 2);
}

#[test]
fn facts_are_the_same_whatever_numbers_their_names_have() {
    let (one, other) = (facts_of(b"a.b(c)\n"), facts_of(b"a.b(d)\n"));
    let names = Name::all();
    let mut renumbered = one.clone();
    let list = super::names_of(&one).unwrap();
    for index in 0..list.len() {
        let at = super::LIST + 4 * index;
        renumbered[at..at + 4].copy_from_slice(&u32::try_from(index).unwrap().to_le_bytes());
    }
    let own: Vec<Name> =
        list.iter().map(|number| names[u32::from_le_bytes(*number) as usize]).collect();
    assert!(are_same((&one, &names), (&renumbered, &own)));
    assert!(!are_same((&one, &names), (&other, &names)));
    assert!(!are_same((&[], &names), (&[], &names)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_another_make_never_panic_when_they_are_opened(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let names = Name::all();
        File::open("a.py", &bytes, &names);
    }
}
