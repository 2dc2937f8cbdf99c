//! `guard log`: every event of a run, one line each.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::LogArgs;
use super::exit;
use super::out::out;
use super::replay::recording;
use super::when::utc;
use crate::journal::{Entry, Inconsistent};
use crate::model::{Answer, By, Event, Mode, Place, RunInfo, Source};
use crate::report::line;
use crate::sop::Sop;

pub(super) fn log(args: &LogArgs) -> anyhow::Result<u8> {
    let (recording, _) = recording(args.run.as_deref())?;
    let Some(Event::Started(info)) = recording.entries.first().map(|entry| &entry.event) else {
        return Err(Inconsistent::NotStarted.into());
    };
    let sop = Sop::recorded(&info.sop.from, &info.sop.text)?;
    let mut text = String::new();
    for entry in &recording.entries {
        if args.json {
            writeln!(text, "{}", object(&sop, entry))?;
        } else {
            writeln!(text, "{:>4}  {}  {}", entry.seq, utc(entry.at), said(&sop, &entry.event))?;
        }
    }
    out(&text)?;
    Ok(exit::DONE)
}

/// One line for a person.
fn said(sop: &Sop, event: &Event) -> String {
    match event {
        Event::Started(info) => started(info),
        Event::Answered { place, answer, by } => {
            format!("{} answered {} by {}", place.question(), words(answer), by_whom(*by))
        }
        Event::Finished { place, outcome, next, evidence: _ } => {
            // Of a list, the log shows the first line.
            let what = line(sop, event)
                .and_then(|line| line.text.lines().next().map(|text| format!("  {text}")));
            format!("{} {outcome} -> {next}{}", place.question(), what.unwrap_or_default())
        }
    }
}

fn started(info: &RunInfo) -> String {
    let mode = match info.mode {
        Mode::Change => "the change",
        Mode::Committed => "the commits",
        Mode::WholeTree => "the whole tree",
    };
    let against =
        info.base.as_ref().map_or_else(String::new, |(base, _)| format!(" against {base}"));
    format!(
        "{} begins: {} ({}) on {mode}{against}, head {}, guard {}",
        info.run, info.sop.name, info.sop.from, info.head, info.version
    )
}

fn words(answer: &Answer) -> String {
    let words = answer.iter().map(|(field, value)| format!("{field}={value}"));
    words.collect::<Vec<_>>().join(" ")
}

fn by_whom(by: By) -> &'static str {
    match by {
        By::Terminal => "a person at the terminal",
        By::File => "the answers file",
        By::Command => "`guard answer`",
    }
}

/// The same as JSON. `docs/procedures.md` is its reference: members are added, never changed.
fn object(sop: &Sop, entry: &Entry) -> Value {
    let mut object = json!({ "seq": entry.seq, "at": utc(entry.at), "at_ms": entry.at });
    match &entry.event {
        Event::Started(info) => {
            object["event"] = json!("started");
            object["run"] = json!(info.run);
            object["guard"] = json!(info.version);
            object["mode"] = json!(info.mode);
            object["base"] = json!(info.base.as_ref().map(|(name, _)| name));
            object["merge_base"] = json!(info.base.as_ref().map(|(_, commit)| commit));
            object["head"] = json!(info.head);
            object["procedure"] = file(&info.sop);
            object["pull_request_template"] = json!(info.pull_request.as_ref().map(file));
            object["assets"] = info.assets.iter().map(file).collect();
        }
        Event::Answered { place, answer, by } => {
            object["event"] = json!("answered");
            stand(&mut object, sop, place);
            object["answer"] = json!(answer);
            object["by"] = json!(by);
        }
        Event::Finished { place, outcome, next, evidence } => {
            object["event"] = json!("finished");
            stand(&mut object, sop, place);
            let action = sop.state(&place.state).map(|node| node.action.spec().name);
            object["action"] = json!(action);
            object["outcome"] = json!(outcome);
            object["next"] = json!(next);
            object["said"] = json!(line(sop, &entry.event).map(|line| line.text));
            object["evidence"] = json!(evidence);
        }
    }
    object
}

fn file(source: &Source) -> Value {
    json!({ "name": source.name, "from": source.from, "sha256": source.sha256 })
}

fn stand(object: &mut Value, sop: &Sop, place: &Place) {
    object["place"] = json!(place.question());
    object["candidate"] = json!(place.candidate);
    object["state"] = json!(place.state);
    object["visit"] = json!(place.visit);
    object["step"] = json!(sop.state(&place.state).map(|node| node.step));
}
