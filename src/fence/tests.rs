//! What the matcher sees: `line function stand callee` of each call of `build`.

use super::find::{Told, find};
use crate::scan::syntax::Module;

fn sites(source: &str) -> Vec<String> {
    let told =
        Told { names: ["build".to_owned()].into(), offloaders: ["run_file_io".to_owned()].into() };
    find(&Module::parse(source.to_owned()), &told)
        .into_iter()
        .map(|site| format!("{} {} {:?} {}", site.line, site.function, site.stand, site.callee))
        .collect()
}

/// Of the body of `async def f`, whose first line is 2.
fn inside(lines: &str) -> Vec<String> {
    let body: Vec<String> = lines.lines().map(|line| format!("    {line}\n")).collect();
    sites(&format!("async def f(s):\n{}", body.concat()))
}

#[test]
fn a_call_is_matched_by_its_last_name() {
    assert_eq!(
        inside("build(s)\nm.build(s)\nm.s.build(s)\nm().x[0].build(s)\nrebuild(s)\nbuild.clear(s)"),
        ["2 f Bare build", "3 f Bare m.build", "4 f Bare m.s.build", "5 f Bare m().x[0].build"]
    );
}

#[test]
fn a_call_in_the_arguments_of_an_awaited_to_thread_is_exempt() {
    assert_eq!(
        inside("g = await asyncio.to_thread(build, s)\nawait aio.to_thread(run, step=m.build)"),
        ["2 f Wrapped build", "3 f Wrapped m.build"]
    );
    assert_eq!(inside("await asyncio.to_thread(lambda: m.build(s))"), ["2 f Wrapped m.build"]);
    assert_eq!(inside("await asyncio.to_thread(partial(build, s))"), ["2 f Wrapped build"]);
}

#[test]
fn what_is_called_to_make_an_argument_is_exempt_and_said() {
    assert_eq!(inside("await asyncio.to_thread(print, build(s))"), ["2 f Eager build"]);
}

#[test]
fn what_stands_beside_an_offload_is_bound() {
    assert_eq!(
        inside("await asyncio.to_thread(g, s), build(s)\nawait build(s).to_thread(g)"),
        ["2 f Bare build", "3 f Bare build"]
    );
    // Only an awaited `to_thread` exempts, and no other offload.
    assert_eq!(inside("x = asyncio.to_thread(lambda: build(s))"), ["2 f Bare build"]);
    assert_eq!(inside("await loop.run_in_executor(None, lambda: build(s))"), ["2 f Bare build"]);
}

#[test]
fn a_function_may_be_handed_to_any_offload() {
    assert_eq!(
        inside(
            "t = asyncio.create_task(asyncio.to_thread(build, s))\n\
             await loop.run_in_executor(None, m.build, s)\n\
             await io.run_file_io(build, s)"
        ),
        ["2 f Wrapped build", "3 f Wrapped m.build", "4 f Wrapped build"]
    );
}

#[test]
fn to_thread_is_known_under_the_names_that_imports_give_it() {
    assert_eq!(
        sites(
            "\
from asyncio import to_thread as off
from anyio import to_thread
from m import build as construct, light as build
async def f(s):
    await off(build, m.build(s))
    await to_thread.run_sync(lambda: build(s))
    await away(lambda: build(s))
    construct(s)
"
        ),
        [
            "5 f Wrapped build",
            "5 f Eager m.build",
            "6 f Wrapped build",
            "7 f Bare build",
            "8 f Bare construct"
        ]
    );
}

#[test]
fn a_nested_def_is_not_bound_and_a_lambda_is() {
    assert_eq!(
        sites(
            "\
async def f(s):
    def step():
        build(s)
        async def deep():
            build(s)
    key = lambda row: build(row)
    [build(row) for row in s]
"
        ),
        ["5 deep Bare build", "6 f Bare build", "7 f Bare build"]
    );
}

#[test]
fn decorators_and_defaults_run_outside_of_the_function_that_has_them() {
    assert_eq!(
        sites(
            "\
@build(1)
async def f(s=build(2)):
    @build(3)
    async def g(s=build(4)): ...
    def h(s=build(5)): ...
    class C(build(6)):
        x = build(7)
        def m(self): build(8)
"
        ),
        ["3 f Bare build", "4 f Bare build", "5 f Bare build", "6 f Bare build", "7 f Bare build"]
    );
}

#[test]
fn sync_code_is_not_bound_and_methods_carry_their_class() {
    assert_eq!(
        sites(
            "\
build(0)
def f(s):
    build(s)
class C:
    y = build(1)
    async def m(self):
        self.build()
"
        ),
        ["7 C.m Bare self.build"]
    );
}

#[test]
fn calls_of_one_line_are_told_apart_by_their_columns() {
    assert_eq!(inside("build(s), build(s)").len(), 2);
}
