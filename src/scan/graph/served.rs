//! Sync methods that a framework calls on the loop: the class inherits from one of the framework's,
//! and nothing in the program calls them.

use super::super::facts::Kind;
use super::super::link::value::{FunctionId, Value};
use super::Builder;

impl Builder<'_> {
    /// Finds them in every class.
    pub(super) fn find_served(&mut self) {
        let program = self.program;
        for class in program.classes() {
            let order = program.ancestors(class);
            let bases = order.iter().map(|each| program.bases(*each));
            let outside: Vec<_> = bases
                .flat_map(|bases| bases.iter().filter_map(Value::external).collect::<Vec<_>>())
                .collect();
            for served in &program.catalogue.served {
                if !outside.iter().any(|base| served.bases.contains(base)) {
                    continue;
                }
                let methods = served.methods.iter().filter_map(|name| program.method(class, *name));
                let is_plain = |id: &FunctionId| program.head(*id).kind == Kind::Sync;
                self.served.extend(methods.filter(is_plain));
            }
        }
    }

    /// Lets the loop call them, but for those that a decorator sends to a thread.
    pub(super) fn settle_served(&mut self) {
        let mut served: Vec<FunctionId> = std::mem::take(&mut self.served).into_iter().collect();
        served.retain(|id| !self.decorated.contains(id));
        served.sort_unstable();
        self.graph.callbacks.extend(served);
    }
}
