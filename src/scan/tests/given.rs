//! What is passed as a parameter of which nothing is written down.

use super::{NOTHING, both_orders, reached};

const CLIENT: &str = "
class Client:
    def load(self): open('x')
    def only(self): open('v')
    @property
    def size(self): return open('y')
    def __enter__(self): open('z')
    def __exit__(self, *a): pass
class Other:
    def load(self): return 1
    def __enter__(self): pass
    def __exit__(self, *a): pass
";

/// The functions that block on the loop, and how sure that is, whichever part is looked at first.
fn found(parts: &[&str]) -> Vec<String> {
    let mut all: Vec<&str> = vec![CLIENT];
    all.extend(parts);
    let [one, other] = both_orders(&all).map(|text| {
        let mut found = reached(&text);
        found.sort();
        found
    });
    assert_eq!(one, other, "{parts:?}");
    one
}

#[test]
fn what_a_caller_passes_has_the_methods_of_its_class() {
    for takes in [
        "def use(it): it.load()",
        "def use(it: Any): it.load()",
        "def use(it=None): it and it.load()",
        "def use(it):\n    mine = it\n    mine.load()",
        "def use(it):\n    def inner(): it.load()\n    inner()",
        "def use(it): return (lambda: it.load())()",
        "def use(it):\n    def inner():\n        mine = it\n        mine.load()\n    inner()",
    ] {
        for passes in
            ["use(Client())", "use(it=Client())", "one = Client(); use(one)", "use(await make())"]
        {
            let passes = format!("async def make(): return Client()\nasync def f(): {passes}");
            assert_eq!(found(&[takes, &passes]), ["Client.load probable"], "{takes}\n{passes}");
        }
    }
}

#[test]
fn what_is_made_of_a_parameter_is_known_with_it() {
    let makes = "class Maker:\n    def __init__(self): self.made = Client()
    def make(self): return Client()\n    def many(self): return [Client()]";
    for takes in [
        "def use(it): it.make().load()",
        "def use(it): it.made.load()",
        "def use(it):\n    for each in it.many(): each.load()",
        "def use(it):\n    made = it.make()\n    made.load()",
        "def use(it): pass_on(it.make())\ndef pass_on(it): it.load()",
        "def use(it):\n    for each in it.many(): pass_on(each)\ndef pass_on(it): it.load()",
    ] {
        let found = found(&[makes, takes, "async def f(): use(Maker())"]);
        assert_eq!(found, ["Client.load probable"], "{takes}");
    }
}

#[test]
fn what_a_container_holds_that_is_passed_is_known_with_it() {
    let takes = "def use(all):\n    for it in all: it.load()";
    for passes in [
        "async def f():\n    all = [Client()]\n    use(all)",
        "async def f(all: list[Client]): use(all)",
        "async def f(all: tuple[Client, Client]): use(all)",
    ] {
        assert_eq!(found(&[takes, passes]), ["Client.load probable"], "{passes}");
    }
}

#[test]
fn it_goes_through_many_hands() {
    let parts = [
        "async def f(): one(1, Client())",
        "def one(n, it): A().two(it=it, n=n)",
        "class A:\n    def two(self, it, n): self.three(n, it)
    @staticmethod\n    def three(n, it): four(it, n)",
        "def four(it, *rest): it.load()",
    ];
    assert_eq!(found(&parts), ["Client.load probable"]);
}

#[test]
fn properties_and_contexts_of_what_is_passed_run() {
    let parts = ["def use(it): print(it.size)", "async def f(): use(Client())"];
    assert_eq!(found(&parts), ["Client.size probable"]);
    let parts = ["def use(it):\n    with it: pass", "async def f(): use(Client())"];
    assert_eq!(found(&parts), ["Client.__enter__ probable"]);
}

#[test]
fn what_an_object_is_made_with_is_known_while_it_is_made() {
    let takes = "class A:\n    def __init__(self, it): it.load()";
    assert_eq!(found(&[takes, "async def f(): A(Client())"]), ["Client.load probable"]);
    assert_eq!(found(&[takes, "async def f(): A(Other())"]), NOTHING);
}

#[test]
fn what_is_written_down_of_a_parameter_is_taken_at_its_word() {
    for takes in ["def use(it: Other): it.load()", "def use(it: Other): it.size; it.only()"] {
        assert_eq!(found(&[takes, "async def f(): use(Client())"]), NOTHING, "{takes}");
    }
}

#[test]
fn what_comes_in_a_rest_is_not_one_of_them() {
    for rest in ["*it", "**it"] {
        let takes = format!("def use({rest}): it.load()");
        let parts = [&takes, "async def f(): use(Client())", "async def g(): use(it=Client())"];
        assert_eq!(found(&parts), NOTHING, "{rest}");
    }
}

#[test]
fn of_several_that_are_passed_each_may_be_it_unless_there_are_too_many() {
    let classes: Vec<String> =
        (0..13).map(|n| format!("class C{n}:\n    def load(self): open('x')")).collect();
    let calls: Vec<String> = (0..13).map(|n| format!("use(C{n}())")).collect();
    for (count, is_known) in [(12, true), (13, false)] {
        let calls = format!("async def f(): {}", calls[..count].join("; "));
        let mut parts: Vec<&str> = classes[..count].iter().map(String::as_str).collect();
        parts.extend(["def use(it): it.load()", &calls]);
        let found = found(&parts);
        assert_eq!(found.len(), if is_known { count } else { 0 }, "{found:?}");
        assert!(found.iter().all(|line| line.ends_with(" probable")), "{found:?}");
    }
}

#[test]
fn what_many_calls_pass_and_what_goes_through_many_hands_is_not_followed_for_ever() {
    for (hands, is_known) in [(16, true), (17, false)] {
        let hand = |n: usize| format!("def use{n}(it): use{}(it)", n + 1);
        let mut parts: Vec<String> = (0..hands).map(hand).collect();
        parts.push(format!("def use{hands}(it): it.load()"));
        parts.push("async def f(): use0(Client())".to_owned());
        let found = reached(&format!("{CLIENT}{}", parts.join("\n")));
        assert_eq!(!found.is_empty(), is_known, "{hands}");
    }
    for (others, is_known) in [(511, true), (512, false)] {
        let calls = "    use(Other())\n".repeat(others);
        let text =
            format!("{CLIENT}def use(it): it.load()\nasync def f():\n{calls}    use(Client())");
        assert_eq!(!reached(&text).is_empty(), is_known, "{others}");
    }
}

#[test]
fn what_tests_pass_says_nothing_of_the_program() {
    for (path, expected) in [("tests/test_m.py", &NOTHING[..]), ("n.py", &["Client.load probable"])]
    {
        let text = format!(
            "# file: m.py{CLIENT}def use(it): it.load()\nasync def f(it): use(it)\n\
             # file: {path}\nfrom m import *\nasync def test_it(): await f(Client()); use(Client())\n"
        );
        assert_eq!(reached(&text), expected, "{path}");
    }
}

#[test]
fn a_call_that_is_looked_at_again_is_reported_once() {
    let parts = [
        "def use(log_dir): log_dir.write_text('')",
        "async def f(): use(pathlib.Path('x'))",
        "async def g(): use(pathlib.Path('y')); use(Other())",
    ];
    let mut all = vec!["import pathlib"];
    all.extend(parts);
    assert_eq!(found(&all), ["use probable"]);
}

#[test]
fn a_call_counts_that_is_found_after_what_it_calls_was_asked_for() {
    let parts = [
        "class Maker:\n    def go(self): use(Client())",
        "def use(it): it and it.load()",
        "def start(it): it.go()",
        "async def f(): use(None), start(Maker())",
    ];
    assert_eq!(found(&parts), ["Client.load probable"]);
}

#[test]
fn what_is_passed_may_offload_though_its_name_does_not_say_so() {
    let classes = "class Runner:\n    async def aside(self, n, do): await asyncio.to_thread(do)
class Plain:\n    async def aside(self, n, do): do()";
    let uses = "async def use(it):\n    await it.aside(1, work)\n    await Plain().aside(1, len)";
    let parts = ["def work(): open('x')", classes, uses, "async def f(): await use(Runner())"];
    assert_eq!(found(&parts), NOTHING);
    for text in both_orders(&parts) {
        let offloaded = super::offloaded(&text);
        let count = offloaded.iter().filter(|line| line.contains(" use work ")).count();
        assert_eq!(count, 1, "{offloaded:?}");
    }
}
