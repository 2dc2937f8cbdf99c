//! Functions that are handed on: who runs them, whichever part of the program is looked at first.

use super::{NOTHING, both_orders, offloaded, reached};

fn either_way(parts: &[&str], functions: &[&str]) {
    for text in both_orders(parts) {
        let mut found = reached(&text);
        found.sort();
        assert_eq!(found, functions, "{text}");
    }
}

#[test]
fn what_goes_through_many_hands_runs_where_the_last_of_them_calls_it() {
    let parts = [
        "def work(): open('x')",
        "async def f(): one(1, work)",
        "def one(n, do): two(do=do, m=n)",
        "def two(m, do, *rest): three(do, m)",
        "def three(do, m): run(lambda: do())",
        "def run(it): it()",
    ];
    either_way(&parts, &["work definite"]);
}

#[test]
fn what_nobody_runs_is_run_by_nobody() {
    let parts = [
        "def work(): open('x')",
        "async def f(): one(work, 1)",
        "def one(do, n): return two(do) or n()",
        "def two(do): return [do, do.name, do is None]",
    ];
    either_way(&parts, &NOTHING);
}

#[test]
fn each_of_two_that_are_handed_on_runs_where_its_own_parameter_is_called() {
    let parts = [
        "def work(): open('x')",
        "def other(): open('y')",
        "async def f(): one(other, work)",
        "def one(kept, done): done(); store(kept)",
        "def store(it): print(it)",
    ];
    either_way(&parts, &["work definite"]);
}

#[test]
fn a_method_takes_what_it_is_handed_behind_its_object() {
    let parts = [
        "def work(): open('x')",
        "class A:\n    def one(self, n, do): self.two(do)\n    def two(self, do): do()",
        "async def f(): A().one(1, work)",
    ];
    either_way(&parts, &["work definite"]);
}

#[test]
fn what_builtins_call_runs_where_they_are_called() {
    let parts = [
        "def work(it): open('x')",
        "def other(it): open('y')",
        "async def f(all): sort(all, work)",
        "async def g(all): list(map(other, all)), max(all, key=other), sum(all, other)",
        "def sort(all, by): return sorted(all, key=by)",
    ];
    either_way(&parts, &["other definite", "work definite"]);
}

#[test]
fn what_is_handed_to_a_thread_is_known_behind_the_offload() {
    let wrapper = "class A:
    async def aside(self, n, do, *rest): return await asyncio.to_thread(do, *rest)";
    for hands in [
        "async def f(a, n): await a.aside(n, work)",
        "async def f(a, n): await a.aside(n, functools.partial(work))",
        "async def f(n): await A().aside(n, work)",
        "async def f(loop): await loop.run_in_executor(None, work)",
        "async def f(): await asyncio.to_thread(func=work)",
    ] {
        for text in both_orders(&["def work(): open('x')", wrapper, hands]) {
            let found = offloaded(&text);
            let is_known = |line: &&String| line.contains(" f work FILE_OPEN ");
            assert_eq!(found.iter().filter(is_known).count(), 1, "{text}\n{found:#?}");
            assert_eq!(reached(&text), NOTHING, "{text}");
        }
    }
}
