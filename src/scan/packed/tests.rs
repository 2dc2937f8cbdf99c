//! Claims about facts as bytes.

use proptest::prelude::*;

use super::super::extract_old::extract;
use super::super::facts::FileFacts;
use super::super::name::Name;
use super::super::syntax::Module;
use super::write_old::pack;
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
    loop.call_soon(f, (yield from g()), a if b else c, {**d})
    return StreamingResponse(stream(1)(2))
"#;

fn facts(text: &str) -> FileFacts {
    extract(&Module::parse(text.to_owned()))
}

#[test]
fn what_is_packed_is_opened_as_it_was() {
    for text in [TEXT, "", "def f(:\n", "x = 1\n"] {
        let facts = facts(text);
        let bytes = pack(&facts);
        let names = Name::all();
        let file = File::open("a.py", &bytes, &names).unwrap();
        assert_eq!(file.functions(), facts.functions.len());
        assert_eq!(file.classes(), facts.classes.len());
        assert_eq!((&file.stars, &file.fault), (&facts.stars, &facts.fault));
        for (index, (function, doing)) in facts.functions.iter().zip(&facts.doings).enumerate() {
            assert_eq!(file.function(index), function);
            let (calls, touches) = file.doing(index, |_| true);
            assert_eq!(touches, doing.touches);
            assert_eq!(calls.len(), doing.calls.len());
            for ((place, call), expected) in calls.iter().zip(&doing.calls) {
                assert_eq!((call, &file.call(*place)), (expected, expected));
            }
            assert!(file.doing(index, |_| false).1.is_empty());
        }
        for (index, class) in facts.classes.iter().enumerate() {
            assert_eq!(
                (file.class(index).dotted, &file.class(index).bases),
                (class.dotted, &class.bases)
            );
            let members = file.members(index);
            assert_eq!(
                (&members.members, &members.attributes),
                (&class.members, &class.attributes)
            );
        }
    }
}

#[test]
fn facts_are_the_same_whatever_numbers_their_names_have() {
    let (one, other) = (pack(&facts("a.b(c)\n")), pack(&facts("a.b(d)\n")));
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
