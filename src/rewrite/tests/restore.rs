//! The function as it was, and the edit without effect.

use super::parse;
use crate::rewrite::{Refusal, control, restore_function};

#[test]
fn function_comes_back_with_its_decorators_and_imports() {
    let base = parse(
        "import os\nimport requests as rq\n\nclass A:\n    @cached\n    async def get(self):\n        # slow\n        return rq.get(self.url)\n\ndef g(): ...\n",
    );
    let head = parse(
        "import os\nimport httpx\n\nclass A:\n    async def get(self):\n        async with httpx.AsyncClient() as client:\n            return await client.get(self.url)\n\n\ndef g(): ...\n",
    );
    let rewrite = restore_function(&head, &base, "A.get").unwrap();
    assert_eq!(
        rewrite.source,
        "import os\nimport httpx\nimport requests as rq\n\nclass A:\n    @cached\n    async def get(self):\n        # slow\n        return rq.get(self.url)\n\n\ndef g(): ...\n"
    );
    assert_eq!(rewrite.lines, 6..=9);
}

#[test]
fn restored_function_takes_the_line_ends_of_the_file() {
    let base = parse("def f():\n    a()\n    b()\n");
    let head = parse("def f():\r\n    c()\r\n");
    let rewrite = restore_function(&head, &base, "f").unwrap();
    assert_eq!(rewrite.source, "def f():\r\n    a()\r\n    b()\r\n");
}

#[test]
fn property_and_its_setter_are_restored_each() {
    let source = |a: &str, b: &str| {
        format!(
            "class C:\n    @property\n    def x(self): {a}\n    @x.setter\n    def x(self, v): {b}\n"
        )
    };
    let rewrite =
        restore_function(&parse(&source("p", "q")), &parse(&source("p", "r")), "C.x").unwrap();
    assert_eq!(rewrite.source, source("p", "r"));
    assert_eq!(rewrite.lines, 4..=5);
}

#[test]
fn definitions_that_the_function_calls_come_back_at_the_end() {
    let base = parse(
        "import json\nLIMIT: int = 3\n\n@cache\ndef old(a, b=LIMIT):\n    return json.load(a, b)\n\ndef f(a):\n    x = old(a)\n    return len(x)\n",
    );
    let head = parse("x = 1\n\ndef f(a):\n    return 1");
    let rewrite = restore_function(&head, &base, "f").unwrap();
    assert_eq!(
        rewrite.source,
        "import json\n\nx = 1\n\ndef f(a):\n    x = old(a)\n    return len(x)\n\n\nLIMIT: int = 3\n\n\n@cache\ndef old(a, b=LIMIT):\n    return json.load(a, b)"
    );
    assert_eq!(rewrite.lines, 5..=7);
    assert_eq!(rewrite.helper_lines, Some(10..=15));
}

#[test]
fn function_that_cannot_be_restored_is_refused() {
    let restore = |head: &str, base: &str| restore_function(&parse(head), &parse(base), "f");
    let function = || "f".to_owned();
    assert_eq!(
        restore("def f(): a\n", "x = 1\n"),
        Err(Refusal::FunctionsDiffer { function: function(), in_head: 1, in_base: 0 })
    );
    assert_eq!(
        restore("def f(): a\n", "def f(): a\n"),
        Err(Refusal::Unchanged { function: function() })
    );
    assert_eq!(
        restore("if x:\n    def f(): a\n", "def f(): b\n"),
        Err(Refusal::Moved { function: function() })
    );
    assert_eq!(
        restore("def f(): a\n", "if x:\n    def old(): ...\ndef f(): old()\n"),
        Err(Refusal::MissingName { function: function(), name: "old".to_owned() })
    );
}

#[test]
fn control_changes_bytes_and_nothing_else() {
    let source = "import asyncio\nasync def f():\n    x = await asyncio.to_thread(g, 1)  # note\n";
    let rewrite = control(&parse(source), 3, 15);
    assert_eq!(
        rewrite.source,
        "import asyncio\nasync def f():\n    x = (await asyncio.to_thread(g, 1))  # note\n"
    );
    assert_eq!(rewrite.lines, 3..=3);
}

#[test]
fn control_without_an_expression_is_a_comment() {
    for (source, line, column) in [("x = 1", 1, 1), ("print(f'{g()=}')", 1, 10), ("x = 1", 9, 9)] {
        let rewrite = control(&parse(source), line, column);
        assert_eq!(rewrite.source, format!("{source}\n# a comment without effect"));
    }
}
