//! `guard answer`: answers given as words, for whoever has no terminal. All of them fit, or none is
//! taken.

use super::args::AnswerArgs;
use super::session::{self, Session};
use super::trust::Said;
use super::{exit, run};
use crate::engine::{Next, next};
use crate::model::{Answer, By, Event, Question, nearest};
use crate::ui::Voice;

pub(super) fn answer(args: &AnswerArgs) -> anyhow::Result<u8> {
    let (repository, runs) = session::runs(&session::here()?)?;
    let name = session::open_run(&repository, &runs, args.run.as_deref())?;
    let journal = runs.open(&name)?;
    let Next::Ask(open) = next(journal.state()) else {
        return Err(exit::Usage(format!(
            "{name} asks nothing now; go on with `guard run --resume`"
        ))
        .into());
    };
    let mut fitted = Vec::new();
    for (id, answer) in parse(&args.words)? {
        let question = find(&open, &id)?;
        fitted.push((question.place.clone(), question.fit(&answer)?));
    }
    let mut session = Session::resume(repository, journal, Said::Nothing, &args.results)?;
    for (place, answer) in fitted {
        session.journal.append(Event::Answered { place, answer, by: By::Command })?;
    }
    run::go(session, &mut Voice::default(), &args.results)
}

/// Words to answers: a word without `=` names a question, those with one belong to it.
fn parse(words: &[String]) -> Result<Vec<(String, Answer)>, exit::Usage> {
    let mut answers: Vec<(String, Answer)> = Vec::new();
    for word in words {
        let Some((field, value)) = word.split_once('=') else {
            if answers.iter().any(|(id, _)| id == word) {
                return Err(exit::Usage(format!("{word} is answered twice; say it once")));
            }
            answers.push((word.clone(), Answer::new()));
            continue;
        };
        let Some((id, answer)) = answers.last_mut() else {
            return Err(exit::Usage(format!(
                "`{word}` belongs to no question; name one before it, as in `guard answer c1.judge route=guard`"
            )));
        };
        if answer.insert(field.to_owned(), value.to_owned()).is_some() {
            return Err(exit::Usage(format!("{id}: `{field}` is given twice; say it once")));
        }
    }
    Ok(answers)
}

fn find<'a>(open: &'a [Question], id: &str) -> Result<&'a Question, exit::Usage> {
    open.iter().find(|question| question.id.0 == id).ok_or_else(|| {
        let names: Vec<&str> = open.iter().map(|question| question.id.0.as_str()).collect();
        let near = nearest(id, names.iter().copied())
            .map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
        exit::Usage(format!("no question `{id}` is open{near}; open are: {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_grouped_by_the_question_before_them() {
        let words: Vec<String> =
            ["c1.judge", "route=no-action", "reason=a=b", "c2.judge", "route=guard"]
                .map(String::from)
                .into();
        let answers = parse(&words).unwrap();
        assert_eq!(answers[0].0, "c1.judge");
        assert_eq!(answers[0].1["reason"], "a=b");
        assert_eq!(
            answers[1],
            ("c2.judge".to_owned(), Answer::from([("route".to_owned(), "guard".to_owned())]))
        );
    }

    #[test]
    fn a_field_before_any_question_is_refused() {
        assert!(
            parse(&["route=guard".to_owned()])
                .unwrap_err()
                .0
                .starts_with("`route=guard` belongs to no question")
        );
    }
}
