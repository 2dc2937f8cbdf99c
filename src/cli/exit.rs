//! Exit codes, and which error comes to which.

use crate::anchor::init::InitError;
use crate::assets::{AssetError, TemplateError};
use crate::dispositions::DispositionsError;
use crate::engine::Refusal;
use crate::exec::{Interrupted, interrupted};
use crate::fence::FenceError;
use crate::gate::GateError;
use crate::gate::matrix::MergeError;
use crate::gate::rule::ListError;
use crate::git::GitError;
use crate::journal::{Inconsistent, JournalError};
use crate::model::Misfit;
use crate::project::{ProjectError, TrustError};
use crate::receipt::ReceiptError;
use crate::sop::SopError;
use crate::ui::AnswersError;

/// Delivered, or nothing to do.
pub(super) const DONE: u8 = 0;
/// A verdict against the change.
pub(super) const REFUSED: u8 = 1;
/// Usage, configuration, or a bad procedure.
pub(super) const USAGE: u8 = 2;
/// Questions are open.
pub(super) const NEEDS_ANSWERS: u8 = 3;
/// The gate itself cannot be used.
pub(super) const NO_GATE: u8 = 4;
/// A defect of guard's.
pub(super) const DEFECT: u8 = 70;

/// Something that was asked for and cannot be done, said with what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// An environment for the gate could not be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "could not make a virtual environment with pytest and Blockbuster; name a Python (3.9 or later) with `--python`, and see that the package index is reached"
)]
pub(super) struct NoEnvironment {
    /// What was tried.
    #[source]
    pub(super) source: anyhow::Error,
}

/// The code of an error, by what is at its root.
pub(super) fn of_error(error: &anyhow::Error) -> u8 {
    // A signal to guard ends whatever it was doing, and comes back as an error of that.
    let told = error.chain().find_map(|cause| cause.downcast_ref::<Interrupted>().copied());
    if let Some(Interrupted(signal)) = told.or_else(interrupted) {
        return u8::try_from(128 + signal).unwrap_or(DEFECT);
    }
    // A refusal may be the context of its cause, which the chain does not show as what it is.
    if error.is::<Refusal>() {
        return USAGE;
    }
    for cause in error.chain() {
        if cause.is::<GateError>() || cause.is::<NoEnvironment>() {
            return NO_GATE;
        }
        if let Some(error) = cause.downcast_ref::<ProjectError>() {
            // No interpreter is a gate that cannot be used; a bad configuration is not.
            return match error {
                ProjectError::NoPython { .. } | ProjectError::NoSuchPython { .. } => NO_GATE,
                _ => USAGE,
            };
        }
        if let Some(error) = cause.downcast_ref::<FenceError>() {
            return match error {
                FenceError::SelfCheck { .. } => DEFECT,
                FenceError::None { .. }
                | FenceError::Refused { .. }
                | FenceError::Unfit(_)
                | FenceError::Unread { .. }
                | FenceError::Files(_)
                | FenceError::Io { .. }
                | FenceError::Project(_)
                | FenceError::Git(_) => USAGE,
            };
        }
        if cause.is::<Usage>()
            || cause.is::<Refusal>()
            || cause.is::<GitError>()
            || cause.is::<DispositionsError>()
            || cause.is::<TrustError>()
            || cause.is::<ReceiptError>()
            || cause.is::<MergeError>()
            || cause.is::<SopError>()
            || cause.is::<AnswersError>()
            || cause.is::<Misfit>()
            || cause.is::<JournalError>()
            || cause.is::<Inconsistent>()
            || cause.is::<AssetError>()
            || cause.is::<TemplateError>()
            || cause.is::<InitError>()
            || cause.is::<ListError>()
        {
            return USAGE;
        }
    }
    DEFECT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matcher_that_fails_its_self_check_is_a_defect_and_a_bad_fence_is_not() {
        let failed = FenceError::SelfCheck { name: "f".to_owned(), what: "x".to_owned() };
        assert_eq!(of_error(&failed.into()), 70);
        assert_eq!(of_error(&FenceError::Unfit("x".to_owned()).into()), 2);
    }
}
