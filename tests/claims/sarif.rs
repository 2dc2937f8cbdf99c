//! SARIF 2.1.0, as much of its schema as a scan writes: which properties an object may have, which
//! it must have, and what they are. Whatever is not in the table is refused, as the schema refuses it.

use serde_json::Value;

use super::support::Desk;

/// One kind of object: its properties, a `!` after those that it must have, and what each is.
type Kind = (&'static str, &'static [(&'static str, Is)]);

/// What a property is.
enum Is {
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number, no less than this.
    Number(i64),
    Object(&'static str),
    /// At least so many objects of a kind.
    Many(&'static str, usize),
    /// Texts by name.
    Texts,
    /// Anything: a property bag.
    Bag,
    /// A URI reference: relative, without characters that a URI cannot hold.
    Uri,
}

const KINDS: &[Kind] = &[
    (
        "log",
        &[
            ("version!", Is::OneOf(&["2.1.0"])),
            ("$schema", Is::Text),
            ("runs!", Is::Many("run", 0)),
        ],
    ),
    (
        "run",
        &[
            ("tool!", Is::Object("tool")),
            ("results", Is::Many("result", 0)),
            ("columnKind", Is::OneOf(&["utf16CodeUnits", "unicodeCodePoints"])),
        ],
    ),
    ("tool", &[("driver!", Is::Object("component"))]),
    (
        "component",
        &[("name!", Is::Text), ("semanticVersion", Is::Text), ("rules", Is::Many("rule", 0))],
    ),
    (
        "rule",
        &[
            ("id!", Is::Text),
            ("shortDescription", Is::Object("message")),
            ("defaultConfiguration", Is::Object("configuration")),
        ],
    ),
    ("configuration", &[("level", LEVEL)]),
    (
        "result",
        &[
            ("ruleId", Is::Text),
            ("ruleIndex", Is::Number(-1)),
            ("level", LEVEL),
            ("message!", Is::Object("message")),
            ("locations", Is::Many("location", 0)),
            ("codeFlows", Is::Many("flow", 0)),
            ("partialFingerprints", Is::Texts),
            ("properties", Is::Bag),
        ],
    ),
    ("message", &[("text!", Is::Text)]),
    (
        "location",
        &[
            ("physicalLocation", Is::Object("physical")),
            ("logicalLocations", Is::Many("logical", 0)),
            ("message", Is::Object("message")),
        ],
    ),
    (
        "physical",
        &[("artifactLocation!", Is::Object("artifact")), ("region", Is::Object("region"))],
    ),
    ("artifact", &[("uri!", Is::Uri)]),
    ("region", &[("startLine!", Is::Number(1)), ("startColumn", Is::Number(1))]),
    ("logical", &[("fullyQualifiedName", Is::Text)]),
    ("flow", &[("threadFlows!", Is::Many("thread", 1))]),
    ("thread", &[("locations!", Is::Many("step", 1))]),
    ("step", &[("location", Is::Object("location"))]),
];

const LEVEL: Is = Is::OneOf(&["none", "note", "warning", "error"]);

/// Fails unless a document is SARIF 2.1.0 as the table has it, and its rules are those of its
/// results.
#[track_caller]
pub(super) fn holds(document: &Value) {
    check("log", document);
    for run in document["runs"].as_array().unwrap() {
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let mut ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        let number = ids.len();
        ids.sort_by_key(|id| id.as_str());
        ids.dedup();
        assert_eq!(ids.len(), number, "each rule once");
    }
}

#[track_caller]
fn check(kind: &str, value: &Value) {
    let (_, known) = KINDS.iter().find(|(name, _)| *name == kind).unwrap();
    let fields = value.as_object().unwrap_or_else(|| panic!("{kind}: {value} is no object"));
    for (name, _) in known.iter().filter(|(name, _)| name.ends_with('!')) {
        let name = name.trim_end_matches('!');
        assert!(fields.contains_key(name), "{kind} without {name}: {value}");
    }
    for (name, value) in fields {
        let known = known.iter().find(|(known, _)| known.trim_end_matches('!') == name);
        let (_, is) = known.unwrap_or_else(|| panic!("{kind} has no {name}"));
        match is {
            Is::Text => assert!(value.is_string(), "{kind}.{name}: {value}"),
            Is::OneOf(all) => {
                let is_one = value.as_str().is_some_and(|text| all.contains(&text));
                assert!(is_one, "{kind}.{name}: {value}");
            }
            Is::Number(least) => {
                assert!(value.as_i64().is_some_and(|it| it >= *least), "{kind}.{name}: {value}");
            }
            Is::Object(kind) => check(kind, value),
            Is::Many(kind, least) => {
                let all = value.as_array().unwrap_or_else(|| panic!("{kind}.{name}: {value}"));
                assert!(all.len() >= *least, "{kind}.{name}: {value}");
                all.iter().for_each(|each| check(kind, each));
            }
            Is::Texts => {
                assert!(value.as_object().unwrap().values().all(Value::is_string), "{value}");
            }
            Is::Bag => assert!(value.is_object(), "{kind}.{name}: {value}"),
            Is::Uri => {
                let text = value.as_str().unwrap();
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte);
                assert!(text.bytes().all(plain) && !text.starts_with('/'), "{text}");
            }
        }
    }
}

#[test]
fn what_a_scan_writes_as_sarif_is_sarif() {
    let desk = Desk::empty();
    desk.repository.write(
        "a b/ä#.py",
        "\
import asyncio, shutil, os


def wipe(path):
    shutil.rmtree(path)


async def purge(path):
    wipe(path)
    open(path)
    os.stat(path)
    await asyncio.get_running_loop().run_in_executor(None, wipe, path)
",
    );
    desk.repository.write("bad.py", "def f(:\n");
    desk.repository.commit("A tree");
    let words = ["scan", ".", "--offloaded", "--format", "sarif"];
    let document = desk.guard(&words).code(0).json();
    holds(&document);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&str> = results.iter().map(|it| it["ruleId"].as_str().unwrap()).collect();
    assert_eq!(
        rules,
        [
            "FILE_TREE_DELETE",
            "FILE_TREE_DELETE",
            "FILE_OPEN",
            "PARSE_ERROR",
            "FILE_METADATA",
            "DROPPED_CONTEXT"
        ]
    );
    let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b/%C3%A4%23.py");
}

#[test]
fn a_scan_that_finds_nothing_is_sarif_too() {
    let desk = Desk::empty();
    desk.repository.write("a.py", "x = 1\n");
    desk.repository.commit("A tree");
    holds(&desk.guard(&["scan", "--format", "sarif"]).code(0).json());
}
