//! What a project adds to the scan counts in a run as well.

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
