//! Random answers and random outcomes through the embedded procedure, and through random ones.

mod random;

use proptest::prelude::*;

use super::machine::{Next, next};
use crate::journal::State;
use crate::model::{
    Answer, By, Candidate, CandidateId, Escalation, Event, Evidence, Exposure, FieldKind, Key,
    Location, Mode, Options, Origin, Priority, Question, Rescan, RunInfo, Scope, Selection, Site,
    SiteKind, Source, StateId, Suite, Teeth, TeethReport, TeethVerdict,
};
use crate::sop::{Action, End};

const SOP: &str = include_str!("../../../sop/blocking-io.yaml");

fn info(sop: &str, mode: Mode) -> RunInfo {
    RunInfo {
        run: "r1".to_owned(),
        version: String::new(),
        root: String::new(),
        mode,
        base: None,
        head: String::new(),
        sop: Source {
            name: "blocking-io".to_owned(),
            from: "embedded".to_owned(),
            sha256: String::new(),
            text: sop.to_owned(),
        },
        pull_request: None,
        assets: Vec::new(),
        options: Options::default(),
    }
}

fn candidate(number: usize, priority: Priority) -> Candidate {
    let location = Location {
        path: "app.py".to_owned(),
        line: number,
        column: 1,
        function: format!("f{number}"),
    };
    Candidate {
        id: CandidateId(format!("c{number}")),
        key: Key {
            path: "app.py".to_owned(),
            function: location.function.clone(),
            symbol: "os.remove".to_owned(),
        },
        priority,
        exposure: Exposure::DirectAsync,
        category: String::new(),
        operation: String::new(),
        reason: String::new(),
        origins: vec![Origin::AddedLine],
        sites: vec![Site { kind: SiteKind::Sink, location, code: String::new() }],
        chain: Vec::new(),
        confidence: None,
        fix_unit: format!("f{number}"),
    }
}

fn report(verdict: TeethVerdict) -> TeethReport {
    TeethReport {
        verdict,
        explanation: String::new(),
        site: candidate(1, Priority::High).sites[0].location.clone(),
        revert: None,
        baseline: None,
        control: None,
        reverted: None,
        restored: None,
        block: None,
        primitive: None,
        red_test: None,
    }
}

/// What an action would leave behind at an outcome.
fn evidence(
    action: Action,
    outcome: &str,
    candidates: &[Candidate],
    stale: &CandidateId,
) -> Evidence {
    match action {
        Action::Scan => Evidence::Scope(Scope {
            detector: String::new(),
            files: 1,
            candidates: candidates.to_vec(),
            unread: Vec::new(),
            blind_spots: Vec::new(),
            list: None,
            recalled: Default::default(),
        }),
        Action::VerifyTeeth => {
            let verdict =
                if outcome == "proven" { TeethVerdict::Proven } else { TeethVerdict::NotDriven };
            Evidence::Teeth(Teeth {
                selection: Selection::Suite,
                reports: vec![report(verdict)],
                bound: Vec::new(),
            })
        }
        Action::RecordReason => Evidence::Reason("startup only".to_owned()),
        Action::RecordEscalation => Evidence::Escalation(Escalation {
            reason: "a hole".to_owned(),
            primitive: None,
            rule: None,
        }),
        Action::Rescan => Evidence::Rescan(Rescan {
            residual: Vec::new(),
            cured: Vec::new(),
            updated: Vec::new(),
            joined: Vec::new(),
            hazards: Vec::new(),
        }),
        Action::GateSuite => Evidence::Suite(Suite {
            run: None,
            stale: if outcome == "stale" { vec![stale.clone()] } else { Vec::new() },
        }),
        _ => Evidence::None,
    }
}

/// An answer that fits, made of dice.
fn answer(question: &Question, dice: &mut impl FnMut(usize) -> usize) -> Answer {
    let mut answer = Answer::new();
    for field in &question.fields {
        if field.applies(&answer) {
            let value = match &field.kind {
                FieldKind::Choice(choices) => choices[dice(choices.len())].value.clone(),
                FieldKind::Text => "words".to_owned(),
            };
            answer.insert(field.name.clone(), value);
        }
    }
    question.fit(&answer).unwrap()
}

/// Runs until the end or until the dice are used up; gives every event.
fn play(mode: Mode, candidates: &[Candidate], rolls: Vec<usize>) -> (State, Vec<Event>) {
    play_by(SOP, mode, candidates, rolls)
}

/// As [`play`], through this procedure.
fn play_by(
    sop: &str,
    mode: Mode,
    candidates: &[Candidate],
    mut rolls: Vec<usize>,
) -> (State, Vec<Event>) {
    let mut state = State::start(info(sop, mode)).unwrap();
    let mut events = vec![Event::Started(Box::new(info(sop, mode)))];
    while let Some(roll) = rolls.pop() {
        let dice = |sides: usize| roll % sides;
        let event = match next(&state) {
            Next::End(_) => break,
            Next::Move { place, next } => Event::Finished {
                place,
                outcome: "all-disposed".to_owned(),
                next,
                evidence: Box::new(Evidence::None),
            },
            Next::Ask(questions) => {
                assert!(!questions.is_empty());
                let question = &questions[dice(questions.len())];
                Event::Answered {
                    place: question.place.clone(),
                    answer: answer(question, &mut |sides| (roll / 7) % sides),
                    by: By::File,
                }
            }
            Next::Act(task) => {
                let outcomes = state.sop.state(&task.place.state).unwrap().outcomes();
                let outcome = match task.action.spec().decided_by {
                    Some(field) => task.answer[field].clone(),
                    None => outcomes[dice(outcomes.len())].to_owned(),
                };
                let next = state.leads(&task.place, &outcome).unwrap().clone();
                let evidence = evidence(task.action, &outcome, candidates, &candidates[0].id);
                Event::Finished { place: task.place, outcome, next, evidence: Box::new(evidence) }
            }
        };
        state.apply(event.clone()).unwrap();
        events.push(event);
    }
    (state, events)
}

fn candidates() -> Vec<Candidate> {
    vec![candidate(1, Priority::High), candidate(2, Priority::Medium), candidate(3, Priority::High)]
}

proptest! {
    #[test]
    fn a_delivery_has_every_candidate_disposed(rolls in proptest::collection::vec(0usize..1000, 1..400)) {
        let (state, _) = play(Mode::Change, &candidates(), rolls);
        if state.end() == Some(End::Delivered) {
            for progress in &state.candidates {
                prop_assert!(progress.disposition.is_some(), "{}", progress.candidate.id);
            }
        }
        for progress in &state.candidates {
            let disposed = progress.state == StateId("disposed".to_owned());
            prop_assert_eq!(progress.disposition.is_some(), disposed);
        }
    }

    #[test]
    fn replay_gives_the_same_state(rolls in proptest::collection::vec(0usize..1000, 1..200)) {
        let (state, events) = play(Mode::Change, &candidates(), rolls);
        prop_assert_eq!(State::replay(events).unwrap(), state);
    }

    #[test]
    fn no_medium_is_asked_about_while_a_high_is_open(rolls in proptest::collection::vec(0usize..1000, 1..200)) {
        let (state, _) = play(Mode::WholeTree, &candidates(), rolls);
        let open = |priority: Priority| state.candidates.iter().any(|progress| {
            progress.candidate.priority == priority && progress.disposition.is_none()
        });
        if let Next::Ask(questions) = next(&state) && open(Priority::High) {
            for question in questions {
                let id = question.place.candidate.unwrap();
                let asked = &state.progress(&id).unwrap().candidate;
                prop_assert_eq!(asked.priority, Priority::High);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn in_every_sound_procedure_a_delivery_has_its_evidence(
        seed in any::<u64>(),
        rolls in proptest::collection::vec(0usize..1000, 1..300),
    ) {
        let Some(sop) = random::procedure(seed) else { return Ok(()) };
        let (state, events) = play_by(&sop, Mode::Change, &candidates(), rolls);
        for progress in &state.candidates {
            // A proof may lead on to more work; the end is never without one.
            let is_disposed = progress.state == state.sop.each.end;
            prop_assert!(progress.disposition.is_some() || !is_disposed, "{}", sop);
        }
        if state.end() == Some(End::Delivered) {
            prop_assert!(state.candidates.iter().all(|progress| progress.disposition.is_some()));
            let suite = state.trail.iter().rfind(|step| step.action == Action::GateSuite);
            prop_assert_eq!(suite.map(|step| step.outcome.as_str()), Some("green"), "{}", sop);
        }
        prop_assert_eq!(State::replay(events).unwrap(), state);
    }

    #[test]
    fn every_sound_procedure_ends_or_asks(
        seed in any::<u64>(),
        rolls in proptest::collection::vec(0usize..1000, 100..2000),
    ) {
        let Some(sop) = random::procedure(seed) else { return Ok(()) };
        let (_, events) = play_by(&sop, Mode::Change, &candidates(), rolls);
        let mut alone = 0;
        for event in &events {
            // Somebody's edit makes a proof stale: that is a word from outside, as an answer is.
            let from_outside = match event {
                Event::Started(_) | Event::Answered { .. } => true,
                Event::Finished { outcome, .. } => outcome == "stale",
            };
            alone = if from_outside { 0 } else { alone + 1 };
            prop_assert!(alone < 200, "{} events without a question in\n{}", alone, sop);
        }
    }
}

#[test]
fn the_random_procedures_are_many_and_of_many_kinds() {
    let drawn: Vec<String> = (0..200).filter_map(random::procedure).collect();
    assert!(drawn.len() > 150, "{} of 200 seeds give a sound procedure", drawn.len());
    for spec in crate::sop::ACTIONS {
        let has = |text: &&String| text.contains(&format!("action: {}", spec.name));
        assert!(drawn.iter().filter(has).count() > 5, "`{}` is hardly ever drawn", spec.name);
    }
    assert!(drawn.iter().filter(|text| text.contains("at-most")).count() > 20);
}

#[test]
fn every_open_question_is_exposed_at_once() {
    // The dice that find candidates, use the gate, and then stop.
    let (state, _) = play(Mode::Change, &candidates(), vec![0, 1]);
    let Next::Ask(questions) = next(&state) else { panic!("{:?}", next(&state)) };
    let ids: Vec<&str> = questions.iter().map(|question| question.id.0.as_str()).collect();
    assert_eq!(ids, ["c1.judge", "c2.judge", "c3.judge"]);
}

#[test]
fn a_reason_given_with_the_route_is_not_asked_for_again() {
    let (mut state, _) = play(Mode::Change, &candidates(), vec![0, 1]);
    let Next::Ask(questions) = next(&state) else { panic!() };
    let said = Answer::from([
        ("route".to_owned(), "no-action".to_owned()),
        ("reason".to_owned(), "startup only".to_owned()),
    ]);
    let answer = questions[0].fit(&said).unwrap();
    state
        .apply(Event::Answered { place: questions[0].place.clone(), answer, by: By::File })
        .unwrap();
    let Next::Act(task) = next(&state) else { panic!() };
    state
        .apply(Event::Finished {
            place: task.place,
            outcome: "no-action".to_owned(),
            next: StateId("reason".to_owned()),
            evidence: Box::new(Evidence::None),
        })
        .unwrap();
    let Next::Act(task) = next(&state) else { panic!("asked again") };
    assert_eq!(task.action, Action::RecordReason);
    assert_eq!(task.answer["reason"], "startup only");
}

#[test]
fn a_proof_without_evidence_is_refused() {
    let (mut state, _) = play(Mode::Change, &candidates(), vec![0, 1]);
    let Next::Ask(questions) = next(&state) else { panic!() };
    let place = questions[0].place.clone();
    let finished = |state: &str, outcome: &str, next: &str, visit: u32| Event::Finished {
        place: crate::model::Place {
            candidate: place.candidate.clone(),
            state: StateId(state.to_owned()),
            visit,
        },
        outcome: outcome.to_owned(),
        next: StateId(next.to_owned()),
        evidence: Box::new(Evidence::None),
    };
    state.apply(finished("judge", "guard", "find-anchor", 1)).unwrap();
    state.apply(finished("find-anchor", "covers", "teeth", 1)).unwrap();
    let before = state.clone();
    let error = state.apply(finished("teeth", "proven", "disposed", 1)).unwrap_err();
    assert_eq!(error.to_string(), "`c1.teeth` is settled without evidence");
    assert_eq!(state, before);
    let error = state.apply(finished("teeth", "proven", "delivered", 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`c1.teeth` came to `proven`, which does not lead to `delivered`"
    );
}
