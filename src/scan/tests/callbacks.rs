//! What the loop or a framework calls though no coroutine does, and what a framework takes off it.

use super::{NOTHING, exposed, reached};

#[test]
fn every_way_to_have_the_loop_call_a_function_makes_it_a_root() {
    for call in [
        "loop.call_soon(g)",
        "loop.call_soon_threadsafe(g)",
        "loop.call_later(1, g)",
        "loop.call_at(1, g)",
        "task.add_done_callback(g)",
        "loop.add_signal_handler(2, g)",
        "loop.add_reader(0, g)",
        "loop.call_soon(functools.partial(g, 1))",
        "loop.call_soon(lambda: g())",
    ] {
        let text =
            format!("import functools\ndef g(*a): open('x')\ndef start(loop, task):\n    {call}\n");
        assert_eq!(
            exposed(&text),
            ["2:12 g open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable"],
            "{call}"
        );
    }
}

#[test]
fn a_method_and_a_nested_function_are_callbacks_too() {
    let text = "
class S:
    def done(self, task): open('x')
    def start(self, task):
        def inner(task): open('y')
        task.add_done_callback(self.done)
        task.add_done_callback(inner)
";
    assert_eq!(
        exposed(text),
        [
            "2:27 S.done open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable",
            "4:26 S.inner open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable",
        ]
    );
}

#[test]
fn what_another_thread_calls_back_is_no_root() {
    let text = "
import threading, atexit
def g(): open('x')
def start():
    threading.Timer(1, g).start()
    atexit.register(g)
";
    assert_eq!(exposed(text), NOTHING);
}

/// A middleware of LangChain's with these methods, as `f` of its base.
fn middleware(body: &str) -> Vec<String> {
    exposed(&format!("from langchain.agents.middleware import AgentMiddleware\n{body}"))
}

#[test]
fn each_sync_hook_without_its_twin_is_on_the_loop() {
    for hook in ["before_agent", "before_model", "after_model", "after_agent"] {
        let one = format!("class M(AgentMiddleware):\n    def {hook}(self, s): open('x')\n");
        assert_eq!(middleware(&one).len(), 1, "{hook}");
        assert!(middleware(&one)[0].ends_with("SYNC_AGENT_MIDDLEWARE_HOOK probable"));
        let twin = format!("{one}    async def a{hook}(self, s): pass\n");
        assert_eq!(middleware(&twin), NOTHING, "{hook}");
    }
}

#[test]
fn a_twin_that_is_inherited_counts_and_one_of_another_hook_does_not() {
    let inherited = "
class Base(AgentMiddleware):
    async def abefore_model(self, s): pass
class M(Base):
    def before_model(self, s): open('x')
";
    assert_eq!(middleware(inherited), NOTHING);
    let other = "
class M(AgentMiddleware):
    def before_model(self, s): open('x')
    async def aafter_model(self, s): pass
";
    assert_eq!(middleware(other).len(), 1);
}

#[test]
fn a_hook_is_inherited_through_a_base_of_the_project_and_through_a_generic_one() {
    let text = "
class Base(AgentMiddleware[dict]): pass
class M(Base):
    def after_agent(self, s): helper()
def helper(): open('x')
";
    assert_eq!(
        middleware(text),
        ["6:15 helper open FILE_OPEN SYNC_AGENT_MIDDLEWARE_HOOK probable"]
    );
}

#[test]
fn a_method_of_that_name_in_a_class_of_another_kind_is_no_hook() {
    assert_eq!(middleware("class M:\n    def before_model(self, s): open('x')\n"), NOTHING);
}

#[test]
fn a_sync_route_runs_in_a_thread_and_an_async_one_does_not() {
    let text = "
from fastapi import FastAPI
from starlette.routing import Route
app = FastAPI()
@app.get('/a')
def a(): open('a')
@app.get('/b')
async def b(): open('b')
def c(request): open('c')
routes = [Route('/c', c)]
class Router:
    def __init__(self): self.router.add_api_route('/d', self.d)
    def d(self): open('d')
";
    assert_eq!(exposed(text), ["7:16 b open FILE_OPEN DIRECT_ASYNC definite"]);
}

#[test]
fn a_background_task_that_is_sync_runs_in_a_thread() {
    let text = "
from fastapi import BackgroundTasks
def g(): open('x')
async def f(tasks: BackgroundTasks):
    tasks.add_task(g)
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn sync_methods_that_a_framework_calls_on_the_loop_are_roots() {
    let text = "
import asyncio
from tornado import web
from tornado.concurrent import run_on_executor
class Base(web.RequestHandler): pass
class Handler(Base):
    def get(self): open('a')
    @run_on_executor
    def post(self): open('b')
    def helper(self): open('c')
class Link(asyncio.Protocol):
    def data_received(self, data): open('d')
class Other:
    def get(self): open('e')
";
    let all = [
        "6:20 Handler.get open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable",
        "11:36 Link.data_received open FILE_OPEN ASYNC_REACHABLE_SAME_FILE probable",
    ];
    assert_eq!(exposed(text), all);
}

#[test]
fn what_a_function_calls_in_another_runs_when_that_does() {
    let text = "
import threading
def at_once(call):
    def run(): call()
    run()
def in_thread(call):
    def run(): call()
    threading.Thread(target=run).start()
def given_back(call):
    def run(): call()
    return run
def kept(call):
    def run(): call()
    KEPT.append(run)
def handed(call):
    def run(): call()
    at_once(run)
def relayed(call):
    def run(): at_once(call)
    return run
def a(): open('a')
def b(): open('b')
def c(): open('c')
def d(): open('d')
def e(): open('e')
def g(): open('g')
async def f():
    at_once(a)
    in_thread(b)
    given_back(c)()
    kept(d)
    handed(e)
    relayed(g)()
";
    let all = ["a definite", "b possible", "c probable", "d possible", "e definite", "g probable"];
    assert_eq!(reached(text), all);
}

#[test]
fn a_framework_calls_on_the_loop_what_its_decorators_are_given() {
    let work = "def work(): open('x')";
    for (imports, decorator, expected) in [
        ("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')", "@mcp.tool()", true),
        ("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')", "@mcp.tool", true),
        ("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')", "@mcp.other()", false),
        ("from fastmcp import FastMCP\nmcp = FastMCP('x')", "@mcp.tool()", false),
        ("from fastapi import FastAPI\napp = FastAPI()", "@app.on_event('startup')", true),
        ("from fastapi import FastAPI\napp = FastAPI()", "@app.get('/')", false),
        ("from sanic import Sanic\napp = Sanic('x')", "@app.get('/')", true),
        ("import chainlit as cl", "@cl.on_message", true),
        ("from chainlit import action_callback", "@action_callback('x')", true),
        ("from nicegui import ui", "@ui.page('/')", true),
        ("import chainlit as cl", "@cl.on_message\n@cl.make_async", true),
        (
            "from asgiref.sync import sync_to_async\nimport chainlit as cl",
            "@cl.on_message\n@sync_to_async",
            false,
        ),
    ] {
        let text = format!("{imports}\n{work}\n{decorator}\ndef take(x): work()\n");
        let expected = if expected { vec!["work probable"] } else { vec![] };
        assert_eq!(reached(&text), expected, "{text}");
    }
    let own = "
# file: src/homeassistant/core.py
def callback(func): return func
# file: src/homeassistant/other.py
from homeassistant.core import callback
@callback
def on_event(event): open('x')
";
    assert_eq!(reached(own), ["on_event probable"]);
}

#[test]
fn what_a_function_gives_to_the_loop_is_a_callback_of_whoever_passes_it() {
    for gives in [
        "loop.call_soon(call)",
        "loop.call_soon_threadsafe(functools.partial(call, 1))",
        "loop.call_later(1, lambda: call())",
        "self.other(1, call)",
    ] {
        let text = format!(
            "import functools
class S:
    def other(self, n, call): loop.call_soon(call)
    def soon(self, call): {gives}
    def one(self): self.soon(self.work)
    def two(self): self.soon(lambda: self.lambdas())
    def three(self): print(self.idle)
    def work(self, *a): open('x')
    def lambdas(self): open('y')
    def idle(self): open('z')
"
        );
        assert_eq!(reached(&text), ["S.work probable", "S.lambdas probable"], "{gives}");
    }
}
