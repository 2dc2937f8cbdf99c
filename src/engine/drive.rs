//! The loop: decide, act or ask, remember. Nothing is shown here and nothing decided.

use anyhow::Context;

use super::Refusal;
use super::actions::{self, World};
use super::machine::{Next, Task, next};
use crate::exec::interrupted;
use crate::journal::{Journal, State};
use crate::model::{Answer, By, Event, Evidence, Place, Question};
use crate::sop::End;

/// Who answers.
pub trait Asker {
    /// Takes every question that is open now, in review order.
    ///
    /// # Errors
    /// When an answer does not fit its question, or the person interrupted.
    fn ask(
        &mut self,
        state: &State,
        world: &World,
        questions: &[Question],
    ) -> anyhow::Result<Asked>;
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Answers, each fitted to its question: at least one.
    Answers(Vec<(Place, Answer, By)>),
    /// Nobody is there to answer.
    Nobody,
    /// The person leaves, to come back later.
    Left,
}

/// Who watches.
pub trait Watcher {
    /// An action begins.
    fn begins(&mut self, state: &State, task: &Task);
    /// An action came to an outcome, which is in the journal now.
    fn ends(&mut self, state: &State, event: &Event);
    /// An action could not come to an outcome.
    fn fails(&mut self);
}

/// Why the loop stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The procedure came to an end.
    End(End),
    /// These are open, and nobody answers.
    Questions(Vec<Question>),
    /// The person left.
    Left,
}

/// Runs until the procedure ends or nobody answers.
///
/// # Errors
/// What stopped guard from knowing; the journal is whole, and the run can be resumed.
pub fn drive(
    journal: &mut Journal,
    world: &mut World,
    asker: &mut dyn Asker,
    watcher: &mut dyn Watcher,
) -> anyhow::Result<Stop> {
    loop {
        if let Some(interrupted) = interrupted() {
            return Err(interrupted.into());
        }
        match next(journal.state()) {
            Next::End(end) => return Ok(Stop::End(end)),
            Next::Move { place, next } => journal.append(Event::Finished {
                place,
                outcome: "all-disposed".to_owned(),
                next,
                evidence: Box::new(Evidence::None),
            })?,
            Next::Ask(questions) => match asker.ask(journal.state(), world, &questions)? {
                Asked::Answers(answers) => {
                    for (place, answer, by) in answers {
                        journal.append(Event::Answered { place, answer, by })?;
                    }
                }
                Asked::Nobody => return Ok(Stop::Questions(questions)),
                Asked::Left => return Ok(Stop::Left),
            },
            Next::Act(task) => {
                watcher.begins(journal.state(), &task);
                let done = match actions::execute(world, journal.state(), &task) {
                    Ok(done) => done,
                    Err(error) => {
                        watcher.fails();
                        return Err(error);
                    }
                };
                let next = (journal.state().leads(&task.place, &done.outcome)).cloned();
                let remembered = next
                    .with_context(|| {
                        let run = &journal.state().info.run;
                        Refusal(format!(
                            "the procedure of {run} does not say where `{}` leads when it comes to `{}`: it is of an earlier guard. Begin a new run with `guard run`",
                            task.place.state, done.outcome
                        ))
                    })
                    .and_then(|next| {
                        let event = Event::Finished {
                            place: task.place,
                            outcome: done.outcome.into_owned(),
                            next,
                            evidence: Box::new(done.evidence),
                        };
                        journal.append(event.clone())?;
                        Ok(event)
                    });
                match remembered {
                    Ok(event) => watcher.ends(journal.state(), &event),
                    Err(error) => {
                        watcher.fails();
                        return Err(error);
                    }
                }
            }
        }
    }
}
