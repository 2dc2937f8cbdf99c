//! Texts that the full parser refuses, by what is wrong with them: `¦` stands between them, `␤` for
//! the end of a line, `␠` for a space at an end.

/// Targets.
const TARGETS: &str = r##"
1 = a ¦ a() = b ¦ a + b = c ¦ (a, 1) = b ¦ [a, b()] = c ¦ a if b else c = d ¦ 'a' = b ¦
f'{a}' = b ¦ a = b() = c ¦ *a.b() = c ¦ None = a ¦ (yield) = a ¦ -a = b ¦ {a} = b ¦ a := b ¦
(a.b := c) ¦ (a[b] := c) ¦ (1 := a) ¦ a() += b ¦ a, b += c ¦ [a] += b ¦ (a, b) += c ¦ a, b: c ¦
[a]: b ¦ (a, b): c ¦ a(): b ¦ *a: b ¦ del a() ¦ del 1 ¦ del (a, 1) ¦ del *a ¦ del ¦
for 1 in a: b ¦ for a() in b: c ¦ for a in b in c: d␤for a ¦ for -a in b: c ¦ for a or b in c: d ¦
for *a, 1 in b: c ¦ [a for 1 in b] ¦ [a for a() in b] ¦ [a for a in b in] ¦ with a as 1: b ¦
with a as b(): c ¦ with a as -b: c
"##;

/// Arguments and parameters.
const ARGUMENTS_AND_PARAMETERS: &str = r##"
a(b=c, d) ¦ a(**b, c) ¦ a(**b, *c) ¦ a(b for b in c, d) ¦ a(b, c for c in d) ¦ a(b for b in c,) ¦
a(1=b) ¦ a(b.c=d) ¦ a(b=c for c in d) ¦ a(b c) ¦ a(, b) ¦ a(b,, c) ¦ a(b=) ¦ a(**) ¦ a(*) ¦
a(yield) ¦ a(None=b) ¦ a((b)=c d) ¦ class A(b for b in c): d ¦ def f(a=b, c): d ¦ def f(*): a ¦
def f(*,): a ¦ def f(*, **a): b ¦ def f(**a, b): c ¦ def f(**a, *b): c ¦ def f(*a, *b): c ¦
def f(*a, *, b): c ¦ def f(/): a ¦ def f(a, /, b, /): c ¦ def f(*a, /): b ¦ def f(*, a, /): b ¦
def f(*a=b): c ¦ def f(**a=b): c ¦ def f(a, b: ): c ¦ def f(a=): b ¦ def f(1): a ¦ def f(a.b): c ¦
def f(None): a ¦ def f((a)): b ¦ def f(a b): c ¦ lambda a: b: c ¦ lambda *: a ¦ lambda a=b, c: d ¦
lambda a: yield ¦ lambda (a): b ¦ def f(a) -> b, c: d ¦ def f() -> *a: b ¦ def f() -> yield: b ¦
def f[](): a ¦ def f[1](): a ¦ class A[]: b ¦ type A[] = b ¦ type A ¦ def f(a: *b): c ¦
def f(**a: *b): c
"##;

/// Expressions in the wrong place.
const EXPRESSIONS_IN_THE_WRONG_PLACE: &str = r##"
a b ¦ a 'b' ¦ 1 2 ¦ print a ¦ exec 'a' ¦ *a + b = c ¦ not ¦ a not b ¦ a is ¦ a not in ¦ a and ¦
a or not ¦ a == not b ¦ -not a ¦ await await a ¦ await -a ¦ await not a ¦ a ** not b ¦
a + lambda: b ¦ not lambda: a ¦ a if b ¦ a if b else ¦ a if lambda: b else c ¦ * ¦ **a ¦ (*a) ¦
(**a) ¦ (a b) ¦ (a ¦ a) ¦ (a] ¦ [a) ¦ {a] ¦ [a ¦ {a ¦ {a: b ¦ {a: b, c} ¦ {a, b: c} ¦ {a:} ¦
{: a} ¦ {**a, b} ¦ {**a: b} ¦ {*a: b} ¦ {a: *b} ¦ {a: **b} ¦ {a := b: c} ¦ {**a or b} ¦
{**a if b else c} ¦ [*a or b] ¦ [*not a] ¦ [**a] ¦ [yield] ¦ {yield} ¦ [a,, b] ¦ [,] ¦ (,) ¦ a[] ¦
a[,] ¦ a[b:c:d:e] ¦ a[b c] ¦ a[*b:c] ¦ a[b := c:d] ¦ a[b:*c] ¦ a[yield] ¦ a[**b] ¦ a. ¦ a.1 ¦
a.None ¦ a.if ¦ a..b ¦ .a ¦ [a for] ¦ [a for b] ¦ [a for b in] ¦ [a for b in c if] ¦
[a, b for c in d] ¦ [a for b in c, d] ¦ [a for b in lambda: c] ¦ [a for b in c if lambda: d] ¦
{a: b for c in} ¦ [yield a for b in c] ¦ (a for b in c, d) ¦ [async for a in b] ¦
[a async b in c] ¦ yield = a ¦ a = yield = b ¦ a + yield ¦ yield from ¦ yield from a, b ¦
yield from *a ¦ yield * ¦ a, yield b ¦ a < > b ¦ a <> b ¦ a ! b ¦ a ? b ¦ a $ b ¦ `a` ¦ a = = b ¦
a = ¦ = a ¦ a : = b ¦ a: ¦ a: = b ¦ a: *b ¦ a: b, c ¦ a: b := c ¦ a: yield ¦ a += = b ¦ a += ¦
a ++␠ ¦ a -> b
"##;

/// Statements.
const STATEMENTS: &str = r##"
return yield ¦ return a b ¦ raise a, b ¦ raise from a ¦ raise; ¦ raise a from ¦
raise a from b, c ¦ assert ¦ assert a, ¦ assert a, b, c ¦ assert *a ¦ global ¦ global a, ¦
global a.b ¦ global 1 ¦ nonlocal ¦ nonlocal a b ¦ import ¦ import a, ¦ import a as ¦ import a. ¦
import .a ¦ import a as b.c ¦ import * ¦ import a b ¦ from a import ¦ from import a ¦
from a import b, ¦ from a import (b ¦ from a import () ¦ from a import (,) ¦ from a import (*) ¦
from a import *, b ¦ from a import b, * ¦ from a import b.c ¦ from a import b as ¦ from . import ¦
from .1 import a ¦ from a.b. import c ¦ pass a ¦ break a ¦ a; match = 1 ¦ pass; ; a ¦ ; a ¦
a;; b ¦ a; if b: c ¦ pass if a: b ¦ if a: if b: c ¦ if a: def f(): b ¦ if a: ¦ if a ¦ if a b ¦
if a, b: c ¦ if: a ¦ if *a: b ¦ if yield: a ¦ elif a: b ¦ else: a ¦ while: a ¦ while a, b: c ¦
for a: b ¦ for in a: b ¦ for a in: b ¦ for a in b c: d ¦ for a in yield: b ¦ for a in b := c: d ¦
try: a ¦ try: a␤else: b ¦ except: a ¦ finally: a ¦ try: a␤finally: b␤else: c ¦
try: a␤except* : b ¦ try: a␤except b as: c ¦ try: a␤except as b: c ¦ try: a␤except b, c as d: e ¦
try: a␤except b: c␤except* d: e ¦ try: a␤except b as c.d: e ¦ try: a␤except *b: c␤except: d ¦
with: a ¦ with a b: c ¦ with a as: b ¦ with *a: b ¦ with a := b: c ¦ with a,: b ¦
with (a as b, *c): d ¦ with (a as b, c := d): e ¦ with (a b): c ¦ with (a as b): c d ¦ async a ¦
async while b: c ¦ async if a: b ¦ async pass ¦ @a ¦ @a␤pass ¦ @a def f(): b ¦ @␤def f(): a ¦
@a, b␤def f(): c ¦ @a␤async with b: c ¦ def (): a ¦ def f: a ¦ def f() a ¦ def f(): ¦ def f():␠ ¦
def 1(): a ¦ class: a ¦ class A ¦ class A(: b ¦ class A:␠ ¦ class None: a
"##;

/// Patterns.
const PATTERNS: &str = r##"
match a:␤  b ¦ match a:␤  pass ¦ match a: case b: c ¦ match *a:␤  case b: c ¦ match a:␤  case: b ¦
match a:␤  case *b: c ¦ match a:␤  case b | *c: d ¦ match a:␤  case b as _: c ¦
match a:␤  case b as c.d: e ¦ match a:␤  case A(b=c, d): e ¦ match a:␤  case A(b.c=d): e ¦
match a:␤  case A(_=b): c ¦
match a:␤  case A(*b): c ¦ match a:␤  case {b: c}: d ¦ match a:␤  case {**b, 'c': d}: e ¦
match a:␤  case {**_}: b ¦ match a:␤  case {A(): b}: c ¦ match a:␤  case {'b': *c}: d ¦
match a:␤  case +1: b ¦ match a:␤  case -b: c ¦ match a:␤  case b + c: d ¦
match a:␤  case 1 + 2: b ¦ match a:␤  case (*b): c ¦ match a:␤  case b(): c␤  d ¦
match a:␤  case (b)(): c d ¦ match a:␤  case b if: c ¦ match a:␤  case b.c.: d ¦
match a:␤  case not b: c ¦ match a:␤  case lambda: b ¦ match a:␤  case 1(): b ¦
match a:␤  case {'a' 'b'}: c ¦ match a:␤  case {'a': b c}: d ¦ match a:␤  case {*b}: c ¦
match a:␤  case A(b c): d ¦ match a:␤  case b, , c: d ¦ match a:␤  case ...: b ¦
match a␤  case b: c ¦ match yield:␤  case b: c
"##;

/// Strings and numbers.
const STRINGS_AND_NUMBERS: &str = r##"
'a ¦ "a ¦ '''a ¦ 'a␤b' ¦ '\x4' ¦ '\x4g' ¦ '\xé1' ¦ '\u123' ¦ '\U0011ffff' ¦ '\U00110000' ¦
'\u+123' ¦ '\N{NO SUCH}' ¦ '\N' ¦ b'é' ¦ rb'é' ¦ b'\x' ¦ 'a' b'b' ¦ b'a' f'b' ¦ b'a' 'b' ¦
f'a' b'b' ¦ ub'a' ¦ ur'a' ¦ bb'a' ¦ fb'a' ¦ f'{' ¦ f'}' ¦ f'{}' ¦ f'{x' ¦ f'{x!}' ¦ f'{x!z}' ¦
f'{x! r}' ¦ f'{x!r:' ¦ f'{x:{y}' ¦ f'{x:␤}' ¦ f'{lambda x: 1}' ¦ f'{a b}' ¦ f'{x!rr}' ¦
f'{x!r }' ' ¦ f'{x:}}' ¦ f'{*}' ¦ f'{=}' ¦ f'{!r}' ¦ f'{:a}' ¦ f'{x = y}' ¦ f'a␤b' ¦ f'{x ¦
f'''{x ¦ f'\x4' ¦ f'{x:\x4}' ¦ f'{a.}' ¦ f'{del a}' ¦ f'{x!r!s}' ¦ f'{x:=}' = ¦ 1_ ¦ 1__0 ¦ 01 ¦
0_1 ¦ 0x ¦ 0xg ¦ 0o8 ¦ 0b2 ¦ 1_.5 ¦ 1._5 ¦ 1e ¦ 1e+ ¦ 0x_ ¦ 1a ¦ 1.5a ¦ 0b12 ¦ 1_a ¦ é1 = 2 3 ¦
a = 1_000_ ¦ 1jj ¦ 0x1j
"##;

/// Lines.
const LINES: &str = r##"
␠␠a ¦ if a:␤b ¦ if a:␤  b␤ c ¦ if a:␤    b␤  c ¦ if a:␤  b␤    c ¦ a \ ␤b ¦ a\b ¦ \x ¦ (a␤ ¦ a␤) ¦
if a:␤  # b␤c ¦ a = “b” ¦ € ¦ class A:␤␤# b␤
"##;

/// Characters that are hard to see.
const HARD_TO_SEE: &[&str] = &[
    "if a:\n\tb\n        c",
    "if a:\n    b\n\tc",
    "if a:\n   if b:\n\t\tc",
    "\u{0}",
    "a\u{0}b",
    "a \u{a0} b",
    "a\u{feff}",
];

/// All of them.
pub(super) fn all() -> Vec<String> {
    let tables = [
        TARGETS,
        ARGUMENTS_AND_PARAMETERS,
        EXPRESSIONS_IN_THE_WRONG_PLACE,
        STATEMENTS,
        PATTERNS,
        STRINGS_AND_NUMBERS,
        LINES,
    ];
    let texts = tables.iter().flat_map(|table| table.split('¦'));
    let texts = texts.map(|text| text.trim().replace('␤', "\n").replace('␠', " "));
    texts.chain(HARD_TO_SEE.iter().map(|&text| text.to_owned())).collect()
}
