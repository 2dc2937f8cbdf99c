//! Who answers in one call of guard: the answers file first, then a person, then nobody.

use super::{AnswersFile, Terminal};
use crate::engine::{Asked, Asker, World};
use crate::journal::State;
use crate::model::{By, Question};

/// The answers file and the terminal, each where there is one.
#[derive(Debug, Default)]
pub struct Voice {
    /// `--answers FILE`.
    pub file: Option<AnswersFile>,
    /// Where a person sits at one, and `--non-interactive` was not said.
    pub terminal: Option<Terminal>,
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
                if let Some(answer) = file.answer(question, candidate)? {
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
