//! The state of a run: what its events add up to. There is one `apply`.

use std::collections::BTreeMap;

use crate::model::{
    Answer, Candidate, CandidateId, Disposition, Event, Evidence, Place, Proposal, Route, RunInfo,
    StateId,
};
use crate::sop::{Action, End, Sop, SopError};

/// An action that came to an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// Which action.
    pub action: Action,
    /// What it came to.
    pub outcome: String,
    /// What it left behind.
    pub evidence: Evidence,
}

/// How far one candidate is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What it is about.
    pub candidate: Candidate,
    /// Where it stands.
    pub state: StateId,
    /// The route it was given, or that emerged.
    pub route: Option<Route>,
    /// How it was settled, once it is.
    pub disposition: Option<Disposition>,
    /// What has been done about it, in order.
    pub trail: Vec<Step>,
    visits: BTreeMap<StateId, u32>,
    answer: Option<Answer>,
    /// What was answered last, and is not asked again in the state that follows.
    carried: Answer,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What the run is about.
    pub info: RunInfo,
    /// The procedure that it follows.
    pub sop: Sop,
    /// Where the run stands.
    pub position: StateId,
    /// Every candidate, in the order of joining.
    pub candidates: Vec<Progress>,
    /// What the run itself has done, in order.
    pub trail: Vec<Step>,
    visits: BTreeMap<StateId, u32>,
}

/// An event that does not follow from those before it: the journal is not of this procedure, or not whole.
#[derive(Debug, thiserror::Error)]
pub enum Inconsistent {
    /// The first event is not the start of a run, or a later one is.
    #[error("the journal does not begin with one start of a run")]
    NotStarted,
    /// The procedure that the run recorded does not load any more.
    #[error("the procedure that the run recorded does not load")]
    Sop(#[source] SopError),
    /// It speaks of a place where the run does not stand.
    #[error("an event speaks of `{0}`, where the run does not stand")]
    Place(String),
    /// It claims a transition that the procedure does not have.
    #[error("`{place}` came to `{outcome}`, which does not lead to `{next}`")]
    Transition {
        /// The question's name of the place.
        place: String,
        /// The outcome.
        outcome: String,
        /// Where it claims to lead.
        next: StateId,
    },
    /// A proof outcome whose evidence proves nothing.
    #[error("`{0}` is settled without evidence")]
    Unproven(String),
}

impl Progress {
    fn new(candidate: Candidate, start: &StateId) -> Self {
        Self {
            candidate,
            state: start.clone(),
            route: None,
            disposition: None,
            trail: Vec::new(),
            visits: BTreeMap::from([(start.clone(), 1)]),
            answer: None,
            carried: Answer::new(),
        }
    }

    /// Where it stands, with the number of the visit.
    pub fn place(&self) -> Place {
        Place {
            candidate: Some(self.candidate.id.clone()),
            visit: self.visit(),
            state: self.state.clone(),
        }
    }

    /// The how many-th visit of the state where it stands, from 1.
    fn visit(&self) -> u32 {
        self.visits.get(&self.state).copied().unwrap_or(1)
    }

    /// What was answered in the state where it stands.
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// What was answered in the state before: it need not be said again.
    pub fn carried(&self) -> &Answer {
        &self.carried
    }

    /// The latest evidence that `pick` takes.
    pub fn latest<'a, T>(&'a self, pick: impl Fn(&'a Evidence) -> Option<T>) -> Option<T> {
        self.trail.iter().rev().find_map(|step| pick(&step.evidence))
    }

    /// What has been done since the candidate was judged last.
    pub fn since_judged(&self) -> &[Step] {
        let judged = self.trail.iter().rposition(|step| step.action == Action::Judge);
        &self.trail[judged.unwrap_or_default()..]
    }

    /// The text before the fix, as Step 2 recorded it: the first since the candidate was judged.
    pub fn before_fix(&self) -> Option<&Proposal> {
        let fixed = self.since_judged().iter().any(|step| step.action == Action::Rescan);
        self.since_judged().iter().filter(|_| fixed).find_map(|step| match &step.evidence {
            Evidence::Proposal(proposal) => Some(proposal),
            _ => None,
        })
    }

    fn enter(&mut self, state: &StateId) {
        let answer = self.answer.take().unwrap_or_default();
        // A question that comes straight back is asked again: its answer has just led nowhere.
        self.carried = if *state == self.state { Answer::new() } else { answer };
        self.state = state.clone();
        *self.visits.entry(state.clone()).or_default() += 1;
    }
}

impl State {
    /// What the events add up to.
    ///
    /// # Errors
    /// When an event does not follow from those before it.
    pub fn replay(events: impl IntoIterator<Item = Event>) -> Result<Self, Inconsistent> {
        let mut events = events.into_iter();
        let Some(Event::Started(info)) = events.next() else {
            return Err(Inconsistent::NotStarted);
        };
        let mut state = Self::start(*info)?;
        for event in events {
            state.apply(event)?;
        }
        Ok(state)
    }

    /// The state of a run that has just begun.
    ///
    /// # Errors
    /// When the procedure does not load.
    pub fn start(info: RunInfo) -> Result<Self, Inconsistent> {
        let sop = Sop::recorded(&info.sop.from, &info.sop.text).map_err(Inconsistent::Sop)?;
        Ok(Self {
            position: sop.start.clone(),
            visits: BTreeMap::from([(sop.start.clone(), 1)]),
            info,
            sop,
            candidates: Vec::new(),
            trail: Vec::new(),
        })
    }

    /// Where the run stands.
    pub fn place(&self) -> Place {
        Place {
            candidate: None,
            visit: self.visits.get(&self.position).copied().unwrap_or(1),
            state: self.position.clone(),
        }
    }

    /// How far a candidate is.
    pub fn progress(&self, id: &CandidateId) -> Option<&Progress> {
        self.candidates.iter().find(|progress| progress.candidate.id == *id)
    }

    /// The latest evidence of the run itself that `pick` takes.
    pub fn latest<'a, T>(&'a self, pick: impl Fn(&'a Evidence) -> Option<T>) -> Option<T> {
        self.trail.iter().rev().find_map(|step| pick(&step.evidence))
    }

    /// How the run ended, if it did.
    pub fn end(&self) -> Option<End> {
        self.sop.end(&self.position)
    }

    /// Where an outcome leads from a place, bounds on visits considered.
    pub fn leads(&self, place: &Place, outcome: &str) -> Option<&StateId> {
        let each = &self.sop.each;
        let mut next = if place.candidate.is_none() && place.state == each.id {
            (outcome == "all-disposed").then_some(&each.all_disposed)?
        } else {
            self.sop.state(&place.state)?.next(outcome)?
        };
        let visits = match &place.candidate {
            None => &self.visits,
            Some(candidate) => &self.progress(candidate)?.visits,
        };
        // A bound may lead to another bound; no more often than there are states.
        for _ in 0..self.sop.states.len() + each.states.len() {
            let bound = self.sop.state(next).and_then(|state| state.bound.as_ref());
            match bound {
                Some(bound) if visits.get(next).is_some_and(|visits| *visits >= bound.visits) => {
                    next = &bound.otherwise;
                }
                Some(_) | None => break,
            }
        }
        Some(next)
    }

    /// Whether an event follows from what is there.
    ///
    /// # Errors
    /// When it does not, and why.
    pub fn check(&self, event: &Event) -> Result<(), Inconsistent> {
        match event {
            Event::Started(_) => Err(Inconsistent::NotStarted),
            Event::Answered { place, .. } => self.standing(place).map(|_| ()),
            Event::Finished { place, outcome, next, evidence } => {
                if self.leads(place, outcome) != Some(next) {
                    return Err(Inconsistent::Transition {
                        place: place.question().0,
                        outcome: outcome.clone(),
                        next: next.clone(),
                    });
                }
                if place.candidate.is_none() {
                    return if *place == self.place() {
                        Ok(())
                    } else {
                        Err(Inconsistent::Place(place.question().0))
                    };
                }
                let progress = &self.candidates[self.standing(place)?];
                let unproven = self.settles(place, outcome)
                    && settle(self.route(progress, place, outcome), evidence).is_none();
                if unproven {
                    return Err(Inconsistent::Unproven(place.question().0));
                }
                Ok(())
            }
        }
    }

    /// Adds one event.
    ///
    /// # Errors
    /// When it does not follow from what is there; the state is then as it was.
    pub fn apply(&mut self, event: Event) -> Result<(), Inconsistent> {
        self.check(&event)?;
        match event {
            Event::Started(_) => Err(Inconsistent::NotStarted),
            Event::Answered { place, answer, by: _ } => {
                let at = self.standing(&place)?;
                self.candidates[at].answer = Some(answer);
                Ok(())
            }
            Event::Finished { place, outcome, next, evidence } => match &place.candidate {
                Some(_) => self.finish_candidate(place, outcome, next, *evidence),
                None => {
                    self.finish_run(place, outcome, next, *evidence);
                    Ok(())
                }
            },
        }
    }

    /// Which candidate stands in this place.
    fn standing(&self, place: &Place) -> Result<usize, Inconsistent> {
        (self.candidates.iter())
            .position(|progress| Some(&progress.candidate.id) == place.candidate.as_ref())
            .filter(|at| {
                let progress = &self.candidates[*at];
                progress.state == place.state && progress.visit() == place.visit
            })
            .ok_or_else(|| Inconsistent::Place(place.question().0))
    }

    fn action(&self, place: &Place) -> Option<Action> {
        self.sop.state(&place.state).map(|state| state.action)
    }

    /// Whether an outcome settles a candidate by itself.
    fn settles(&self, place: &Place, outcome: &str) -> bool {
        self.sop.state(&place.state).is_some_and(|state| state.is_proof(outcome))
    }

    /// The route of a candidate after an outcome.
    fn route(&self, progress: &Progress, place: &Place, outcome: &str) -> Option<Route> {
        match self.action(place) {
            Some(Action::Judge) => self.sop.state(&place.state)?.route(outcome),
            Some(Action::ProposeRule) if outcome == "added" => Some(Route::Rule),
            _ => progress.route,
        }
    }

    fn finish_candidate(
        &mut self,
        place: Place,
        outcome: String,
        next: StateId,
        evidence: Evidence,
    ) -> Result<(), Inconsistent> {
        let at = self.standing(&place)?;
        let action = self.action(&place).ok_or_else(|| Inconsistent::Place(place.question().0))?;
        let route = self.route(&self.candidates[at], &place, &outcome);
        let settles = self.settles(&place, &outcome);
        let progress = &mut self.candidates[at];
        progress.route = route;
        if settles {
            progress.disposition = settle(route, &evidence);
        }
        progress.enter(&next);
        let joined = match &evidence {
            Evidence::Rescan(rescan) => {
                for updated in &rescan.updated {
                    let known = self.candidates.iter_mut();
                    for progress in known.filter(|known| known.candidate.id == updated.id) {
                        progress.candidate = updated.clone();
                    }
                }
                rescan.joined.clone()
            }
            _ => Vec::new(),
        };
        self.candidates[at].trail.push(Step { place, action, outcome, evidence });
        let start = &self.sop.each.start;
        self.candidates.extend(joined.into_iter().map(|candidate| Progress::new(candidate, start)));
        Ok(())
    }

    fn finish_run(&mut self, place: Place, outcome: String, next: StateId, evidence: Evidence) {
        match &evidence {
            Evidence::Scope(scope) => {
                let start = &self.sop.each.start;
                self.candidates = (scope.candidates.iter())
                    .map(|candidate| Progress::new(candidate.clone(), start))
                    .collect();
            }
            Evidence::Suite(suite) => {
                let stale = self.sop.each.stale.clone();
                for progress in &mut self.candidates {
                    if suite.stale.contains(&progress.candidate.id) {
                        progress.disposition = None;
                        progress.enter(&stale);
                    }
                }
            }
            _ => {}
        }
        if let Some(action) = self.action(&place) {
            self.trail.push(Step { place, action, outcome, evidence });
        }
        *self.visits.entry(next.clone()).or_default() += 1;
        self.position = next;
    }
}

/// The disposition that a proof makes, if it proves anything.
fn settle(route: Option<Route>, evidence: &Evidence) -> Option<Disposition> {
    match evidence {
        Evidence::Teeth(teeth) => Disposition::proven(route?, teeth.clone()),
        Evidence::Reason(reason) => Disposition::no_action(reason),
        Evidence::Escalation(escalation) => Some(Disposition::escalated(escalation.clone())),
        _ => None,
    }
}
