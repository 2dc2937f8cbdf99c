//! How a candidate is settled. A disposition can only be built from its proof.

use serde::Serialize;

use super::{Escalation, Route, Teeth, TeethVerdict};

/// A route with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disposition {
    route: Route,
    proof: Proof,
}

/// What settles a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Every site proven.
    Teeth(Teeth),
    /// One line.
    Reason(String),
    /// A report for the gate's maintainer.
    Escalation(Escalation),
}

impl Disposition {
    /// A guarded or fixed candidate; none unless there is a site and every site is proven.
    pub fn proven(route: Route, teeth: Teeth) -> Option<Self> {
        let proven = !teeth.reports.is_empty()
            && teeth.reports.iter().all(|report| report.verdict == TeethVerdict::Proven);
        proven.then_some(Self { route, proof: Proof::Teeth(teeth) })
    }

    /// Nothing to do, for this reason; none when the reason is empty.
    pub fn no_action(reason: &str) -> Option<Self> {
        let reason = reason.trim();
        (!reason.is_empty())
            .then(|| Self { route: Route::NoAction, proof: Proof::Reason(reason.to_owned()) })
    }

    /// A hole of the gate that somebody else must close.
    pub fn escalated(escalation: Escalation) -> Self {
        Self { route: Route::Rule, proof: Proof::Escalation(escalation) }
    }

    /// The route that was taken in the end.
    pub fn route(&self) -> Route {
        self.route
    }

    /// What settles it.
    pub fn proof(&self) -> &Proof {
        &self.proof
    }
}
