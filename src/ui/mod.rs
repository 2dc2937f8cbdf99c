//! How questions are asked and events shown: a terminal, an answers file, or JSON for whoever has
//! neither. Progress and logs go to standard error; standard output is for results.

mod answers;
mod busy;
mod open;
mod style;
mod terminal;
mod voice;
mod watch;

pub use answers::{AnswersError, AnswersFile};
pub use busy::Busy;
pub use open::{OpenQuestion, command, open_questions, show_open};
pub use style::{BAD, BOLD, DIM, GOOD, WARN};
pub use terminal::Terminal;
pub use voice::Voice;
pub use watch::{Progress, show};
