//! What a project adds to the scan: its own sinks, offloaders and entries, in `guard scan` and in a run.

use super::scan::lines;
use super::support::{Desk, Repository};

const APP: &str = "\
import acme


class Web(acme.Handler):
    def handle(self):
        acme.fetch('x')


async def f(hass):
    acme.fetch('x')


async def g(hass):
    await hass.add_job(acme.fetch, 'x')
";

const RULES: &str = r#"
[[sinks]]
function = "acme.fetch"
operation = "HTTP_REQUEST"
[[offloaders]]
method = "add_job"
[[entries]]
base = "Handler"
methods = ["handle"]
"#;

/// `function exposure` of every candidate of a run.
fn candidates(rules: Option<&str>) -> Vec<String> {
    let repository = Repository::of_tree("shop/base");
    if let Some(rules) = rules {
        repository.write("guard.toml", rules);
        repository.commit("Rules");
    }
    repository.git(&["switch", "--quiet", "--create", "change"]);
    repository.write("shop/web.py", APP);
    let desk = Desk::of(repository);
    let said = desk.run(&["--json"]);
    assert!([0, 3].contains(&said.code), "{}", said.stderr);
    let status = desk.guard(&["status", "--json"]).code(0).json();
    let candidates = status["candidates"].as_array().cloned().unwrap_or_default();
    let line = |it: &serde_json::Value| {
        let candidate = &it["candidate"];
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        format!("{} {}", text(&candidate["key"]["function"]), text(&candidate["exposure"]))
    };
    candidates.iter().map(line).collect()
}

#[test]
fn sinks_offloaders_and_entries_of_the_project_make_candidates() {
    assert_eq!(candidates(None), Vec::<String>::new());
    assert_eq!(
        candidates(Some(RULES)),
        ["Web.handle SYNC_AGENT_MIDDLEWARE_HOOK", "f DIRECT_ASYNC", "g OFFLOADED"]
    );
}

#[test]
fn a_project_adds_sinks_offloaders_and_entries() {
    let desk = Desk::empty();
    desk.repository.write(
        "app.py",
        "\
import acme


class Web(acme.Handler):
    def handle(self):
        acme.fetch('x')


async def f(hass):
    acme.fetch('x')
    await hass.add_job(acme.fetch, 'x')
",
    );
    desk.repository.write(
        "guard.toml",
        r#"
[[sinks]]
function = "acme.fetch"
operation = "HTTP_REQUEST"
[[offloaders]]
method = "add_job"
[[entries]]
base = "Handler"
methods = ["handle"]
"#,
    );
    desk.repository.commit("An app");
    let findings = desk.guard(&["scan", "--offloaded", "--format", "json"]).code(0).json();
    assert_eq!(
        lines(&findings),
        [
            "app.py:6 acme.fetch SYNC_AGENT_MIDDLEWARE_HOOK",
            "app.py:10 acme.fetch DIRECT_ASYNC",
            "app.py:11 acme.fetch OFFLOADED",
        ]
    );
}

#[test]
fn a_rule_for_an_operation_that_does_not_exist_gets_the_nearest() {
    let desk = Desk::empty();
    let text = "[[sinks]]\nfunction = 'acme.fetch'\noperation = 'HTTP_REQEST'\n";
    desk.repository.write("guard.toml", text);
    desk.repository.commit("A rule");
    let said = desk.guard(&["scan"]).code(2);
    said.says(&["there is no operation `HTTP_REQEST`; did you mean `HTTP_REQUEST`?"]).one_error();
}

#[test]
fn an_offloader_is_a_function_or_a_method() {
    let desk = Desk::empty();
    desk.repository.write("guard.toml", "[[offloaders]]\nargument = 0\n");
    desk.repository.commit("A rule");
    let said = desk.guard(&["scan"]).code(2);
    said.says(&["an offloader is a function or a method", "guard.toml:1"]).one_error();
}
