//! Loading procedures and replaying a long journal, measured.
//!
//! ```text
//! cargo bench --bench speed
//! ```

#![expect(clippy::print_stdout, reason = "a command that prints what it measured")]

use std::fs;
use std::time::{Duration, Instant};

use guard::assets;
use guard::journal::{Entry, Recording, State};
use guard::model::{
    Answer, By, Candidate, CandidateId, Event, Evidence, Exposure, Key, Location, Mode, Options,
    Origin, Place, Priority, RunInfo, Scope, Selection, Site, SiteKind, Source, StateId, Teeth,
    TeethReport, TeethVerdict,
};
use guard::sop::Sop;

const EVENTS: usize = 100_000;
const CANDIDATES: usize = 200;

fn main() -> anyhow::Result<()> {
    let assets = assets::Assets::default();
    let names: Vec<&str> =
        assets::embedded("sop/").filter(|name| name.ends_with(".yaml")).collect();
    let texts: Vec<String> =
        names.iter().map(|name| Ok(assets.load(name)?.text)).collect::<anyhow::Result<_>>()?;
    let best = best(50, || {
        for (name, text) in names.iter().zip(&texts) {
            Sop::load(name, text).map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        Ok(())
    })?;
    println!("load and prove {} embedded procedures: {:.2} ms", names.len(), millis(best));

    let entries = entries(&assets.load("sop/blocking-io.yaml")?.text)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("journal");
    fs::write(&path, Recording::write(&entries)?)?;
    let megabytes = fs::metadata(&path)?.len() / 1_000_000;
    let read = self::best(3, || {
        let state = Recording::read(&path)?.state()?;
        anyhow::ensure!(state.candidates.len() == CANDIDATES);
        Ok(())
    })?;
    println!(
        "read, verify and replay {} events ({megabytes} MB): {:.0} ms",
        entries.len(),
        millis(read)
    );
    let mut state =
        State::replay(entries[..entries.len() - 1].iter().map(|each| each.event.clone()))?;
    let last = entries[entries.len() - 1].event.clone();
    let start = Instant::now();
    state.check(&last)?;
    state.apply(last)?;
    println!("check and apply one more: {:.3} ms", millis(start.elapsed()));
    Ok(())
}

/// The shortest of several tries: the others waited for something else.
fn best(tries: u32, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..tries {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn location(number: usize) -> Location {
    Location {
        path: format!("app/part{number}.py"),
        line: number,
        column: 9,
        function: format!("Store.write{number}"),
    }
}

fn candidate(number: usize) -> Candidate {
    let location = location(number);
    Candidate {
        id: CandidateId(format!("c{number}")),
        key: Key {
            path: location.path.clone(),
            function: location.function.clone(),
            symbol: "os.remove".to_owned(),
        },
        priority: Priority::High,
        exposure: Exposure::DirectAsync,
        category: "BLOCKING_FILE_IO".to_owned(),
        operation: "FILE_DELETE".to_owned(),
        reason: "FILE_DELETE stands in an async function.".to_owned(),
        origins: vec![Origin::AddedLine],
        fix_unit: format!("u{number}"),
        sites: vec![Site { kind: SiteKind::Sink, location, code: "os.remove(path)".to_owned() }],
        chain: Vec::new(),
        confidence: None,
    }
}

fn teeth(number: usize) -> Evidence {
    Evidence::Teeth(Teeth {
        selection: Selection::Tests(vec![format!("tests/blocking_io/test_{number}.py::test_it")]),
        reports: vec![TeethReport {
            verdict: TeethVerdict::NotDriven,
            explanation: "the site never ran; drive the branch that reaches it".to_owned(),
            site: location(number),
            revert: None,
            baseline: None,
            control: None,
            reverted: None,
            restored: None,
            block: None,
            primitive: None,
            red_test: None,
        }],
        bound: Vec::new(),
    })
}

/// A run in which every candidate is judged, not driven, and judged again, over and over.
fn entries(sop: &str) -> anyhow::Result<Vec<Entry>> {
    let info = RunInfo {
        run: "r1".to_owned(),
        version: "0".to_owned(),
        root: "/repository".to_owned(),
        mode: Mode::WholeTree,
        base: None,
        head: "0".repeat(40),
        sop: Source {
            name: "blocking-io".to_owned(),
            from: "embedded".to_owned(),
            sha256: assets::sha256(sop),
            text: sop.to_owned(),
        },
        pull_request: None,
        assets: Vec::new(),
        options: Options::default(),
    };
    let candidates: Vec<Candidate> = (1..=CANDIDATES).map(candidate).collect();
    let scope = Scope {
        detector: "guard's own detector".to_owned(),
        files: CANDIDATES,
        candidates: candidates.clone(),
        unread: Vec::new(),
        blind_spots: Vec::new(),
        list: None,
        recalled: Default::default(),
    };
    let finished = |place: Place, outcome: &str, next: &str, evidence: Evidence| Event::Finished {
        place,
        outcome: outcome.to_owned(),
        next: StateId(next.to_owned()),
        evidence: Box::new(evidence),
    };
    let of_run =
        |state: &str| Place { candidate: None, state: StateId(state.to_owned()), visit: 1 };
    let mut events = vec![
        Event::Started(Box::new(info)),
        finished(of_run("scope"), "found", "gate", Evidence::Scope(scope)),
        finished(of_run("gate"), "usable", "candidates", Evidence::None),
    ];
    'all: for visit in 1.. {
        for (index, candidate) in candidates.iter().enumerate() {
            let place = |state: &str| Place {
                candidate: Some(candidate.id.clone()),
                state: StateId(state.to_owned()),
                visit,
            };
            let answered = |state: &str, field: &str, value: &str| Event::Answered {
                place: place(state),
                answer: Answer::from([(field.to_owned(), value.to_owned())]),
                by: By::File,
            };
            let none = Evidence::None;
            events.extend([
                answered("judge", "route", "guard"),
                finished(place("judge"), "guard", "find-anchor", none.clone()),
                finished(place("find-anchor"), "covers", "teeth", none.clone()),
                finished(place("teeth"), "not-driven", "anchor", teeth(index + 1)),
                answered("anchor", "anchor", "reroute"),
                finished(place("anchor"), "reroute", "judge", none),
            ]);
            if events.len() >= EVENTS {
                break 'all;
            }
        }
    }
    events.truncate(EVENTS);
    Ok((0..)
        .zip(events)
        .map(|(seq, event)| Entry { seq, at: 1_700_000_000_000 + seq, event })
        .collect())
}
