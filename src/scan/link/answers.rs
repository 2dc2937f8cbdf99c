//! Answers by the number of what they are about. Most of what could be asked about is never asked
//! about, so what there is of each is one word, and nought: the system gives no memory for a part of
//! the table that nobody looks at.

use std::cell::RefCell;
use std::ops::Range;

use super::value::{Found, nothing, small};

/// Answers to one kind of question.
#[derive(Debug, Default)]
pub(super) struct Answers(RefCell<Table>);

#[derive(Debug, Default)]
struct Table {
    /// By number: one more than the place of the answer.
    places: Vec<u32>,
    given: Vec<Found>,
}

impl Answers {
    /// Room for answers about so many.
    pub(super) fn about(count: usize) -> Self {
        Self(RefCell::new(Table { places: vec![0; count], given: Vec::new() }))
    }

    /// The answer, where there is one; nothing, while it is being looked for.
    pub(super) fn get(&self, number: usize) -> Option<Found> {
        let table = self.0.borrow();
        let place = table.places[number].checked_sub(1)?;
        Some(table.given[place as usize].clone())
    }

    /// Has these asked for again.
    pub(super) fn forget(&self, numbers: Range<usize>) {
        self.0.borrow_mut().places[numbers].fill(0);
    }

    /// Says that an answer is being looked for; the place that it will have.
    pub(super) fn begin(&self, number: usize) -> Pending {
        let mut table = self.0.borrow_mut();
        table.given.push(nothing());
        table.places[number] = small(table.given.len());
        Pending { number, place: table.given.len() - 1 }
    }

    /// Keeps an answer; without one it may be asked for again.
    pub(super) fn end(&self, pending: Pending, answer: Option<&Found>) {
        let mut table = self.0.borrow_mut();
        match answer {
            Some(answer) => table.given[pending.place].clone_from(answer),
            None => table.places[pending.number] = 0,
        }
    }
}

/// An answer that is being looked for.
pub(super) struct Pending {
    number: usize,
    place: usize,
}

#[cfg(test)]
mod tests {
    use super::super::value::{Value, nothing, sure};
    use super::Answers;

    #[test]
    fn an_answer_is_known_once_it_was_given_and_nothing_while_it_is_looked_for() {
        let answers = Answers::about(3);
        assert_eq!(answers.get(1), None);
        let one = answers.begin(1);
        let other = answers.begin(2);
        assert_eq!(answers.get(1), Some(nothing()));
        answers.end(other, Some(&sure(Value::Module(2))));
        answers.end(one, Some(&sure(Value::Module(1))));
        assert_eq!(answers.get(1), Some(sure(Value::Module(1))));
        assert_eq!(answers.get(2), Some(sure(Value::Module(2))));
        assert_eq!(answers.get(0), None);
    }

    #[test]
    fn what_has_no_answer_is_asked_for_again() {
        let answers = Answers::about(1);
        let pending = answers.begin(0);
        answers.end(pending, None);
        assert_eq!(answers.get(0), None);
    }
}
