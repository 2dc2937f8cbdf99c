//! Who answers in one call of guard: the answers file first, then a person, then nobody.

use std::collections::BTreeMap;

use super::{AnswersFile, Terminal};
use crate::engine::{Asked, Asker, World};
use crate::journal::State;
use crate::model::{By, CandidateId, Evidence, Question, StateId};

/// The answers file and the terminal, each where there is one.
#[derive(Debug, Default)]
pub struct Voice {
    /// `--answers FILE`.
    pub file: Option<AnswersFile>,
    /// Where a person sits at one, and `--non-interactive` was not said.
    pub terminal: Option<Terminal>,
    said: Said,
}

/// What the file was asked in this call of guard, and guard's own edit that was shown with it. A
/// question that comes back is answered from the file again only when that edit has changed: the
/// same answer to the same question would go round for ever.
type Said = BTreeMap<(Option<CandidateId>, StateId), Option<String>>;

impl Voice {
    /// Who is there to answer.
    pub fn new(file: Option<AnswersFile>, terminal: Option<Terminal>) -> Self {
        Self { file, terminal, said: Said::new() }
    }
}

/// guard's latest edit for what a question is about.
fn edit(state: &State, question: &Question) -> Option<String> {
    let progress = state.progress(question.place.candidate.as_ref()?)?;
    progress.latest(|evidence| match evidence {
        Evidence::Proposal(proposal) => Some(proposal.after.clone()),
        _ => None,
    })?
}

impl Asker for Voice {
    fn ask(
        &mut self,
        state: &State,
        world: &World,
        questions: &[Question],
    ) -> anyhow::Result<Asked> {
        let mut answers = Vec::new();
        if let Some(file) = &self.file {
            for question in questions {
                let candidate = (question.place.candidate.as_ref())
                    .and_then(|id| state.progress(id))
                    .map(|progress| &progress.candidate);
                let about = (question.place.candidate.clone(), question.place.state.clone());
                let shown = edit(state, question);
                if self.said.get(&about) == Some(&shown) {
                    continue;
                }
                if let Some(answer) = file.answer(question, candidate)? {
                    self.said.insert(about, shown);
                    answers.push((question.place.clone(), answer, By::File));
                }
            }
        }
        if !answers.is_empty() {
            return Ok(Asked::Answers(answers));
        }
        match &mut self.terminal {
            Some(terminal) => terminal.ask(state, world, questions),
            None => Ok(Asked::Nobody),
        }
    }
}
