//! Sync functions that a framework calls on the loop, though nothing in the program calls them: methods
//! of a class that inherits from one of the framework's, and what a decorator of its hands to it.

use std::path::Path;

use super::super::facts::Kind;
use super::super::link::Place;
use super::super::link::value::{Found, FunctionId, Value};
use super::super::name::Name;
use super::super::packed::{Node, Traits};
use super::Builder;

impl Builder<'_> {
    /// Finds them.
    pub(super) fn find_served(&mut self) {
        let program = self.program;
        let is_handler = |id: &FunctionId| {
            program.head(*id).kind == Kind::Sync
                && self.bears(*id, |name, value| self.hands_over(name, value))
        };
        let handlers: Vec<FunctionId> = program.functions().filter(is_handler).collect();
        self.served.extend(handlers);
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

    /// Whether a decorator of this name, which is this, gives its function to a framework.
    fn hands_over(&self, name: Name, decorator: impl Fn() -> Found) -> bool {
        let program = self.program;
        program.catalogue.handlers(name).is_some_and(|of| {
            decorator().iter().any(|known| match &known.value {
                Value::Member(object, _) => of.contains(object),
                Value::External(name) => {
                    let module = name.text().rsplit_once('.').map(|(module, _)| Name::new(module));
                    module.is_some_and(|module| of.contains(&module))
                }
                Value::Function(own) => of.iter().any(|module| {
                    let path = format!("{}.py", module.replace('.', "/"));
                    Path::new(program.files[own.file()].path).ends_with(path)
                }),
                _ => false,
            })
        })
    }

    /// Whether a function bears a decorator, called or not, of which its last name and what it is say
    /// so; what it is takes a way to find.
    pub(super) fn bears(
        &self,
        id: FunctionId,
        is_it: impl Fn(Name, &dyn Fn() -> Found) -> bool,
    ) -> bool {
        let program = self.program;
        let head = program.head(id);
        let file = &program.files[id.file()];
        let place = Place { file: id.file(), scope: head.parent };
        head.traits.are(Traits::DECORATED)
            && program.function(id).decorators.any(|decorator| {
                let named = match file.node(decorator) {
                    Node::Call(callee, _) => callee,
                    _ => decorator,
                };
                let name = file.leaf(named);
                name.is_some_and(|name| is_it(name, &|| program.eval(place, named)))
            })
    }

    /// Lets the loop call them, but for those that a decorator sends to a thread.
    pub(super) fn settle_served(&mut self) {
        let mut served: Vec<FunctionId> = std::mem::take(&mut self.served).into_iter().collect();
        served.retain(|id| !self.decorated.contains(id));
        served.sort_unstable();
        self.graph.callbacks.extend(served);
    }
}
