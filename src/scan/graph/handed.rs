//! Functions that are handed on: to a thread, to a function that calls them, to the loop.

use super::super::facts::{Argument, Expr};
use super::super::link::value::{Found, FunctionId, Known, Value};
use super::{Builder, Edge, Nones, Resolved};
use crate::model::Confidence;

/// Builtins that call a function where they stand.
const CALLERS: [&str; 14] = [
    "sorted",
    "min",
    "max",
    "map",
    "filter",
    "any",
    "all",
    "sum",
    "next",
    "iter",
    "list",
    "tuple",
    "functools.reduce",
    "set",
];

impl<'a> Builder<'a> {
    /// What a call hands on as its positional argument of this index: as written, and what it may
    /// be. `context.run` and its like step aside for what they run.
    pub(super) fn handed(&self, resolved: &Resolved<'a>, index: usize) -> Option<(String, Found)> {
        let arguments = &resolved.call.arguments;
        let mut argument = positional(arguments, index)
            .or_else(|| keyword(arguments, &["func", "function", "fn", "target", "callback"]))?;
        let is_run = matches!(&argument.value, Expr::Attr(_, name) if *name == "run");
        if is_run && let Some(next) = positional(arguments, index + 1) {
            argument = next;
        }
        let place = self.program.place(resolved.function);
        Some((argument.text(), self.program.eval(place, &argument.value)))
    }

    /// Attributes that run code and contexts that are entered.
    pub(super) fn add_touches(&mut self) {
        let program = self.program;
        for from in std::mem::take(&mut self.reached) {
            let place = program.place(from);
            for touch in &program.function(from).touches {
                let Some(names) = self.specials.of(touch.name) else { continue };
                let special = self.specials.is_special(touch.name);
                let mut found = Vec::new();
                for known in program.eval(place, &touch.receiver).iter() {
                    let Value::Instance(class, _) = known.value else { continue };
                    for id in names.iter().filter_map(|name| program.method(class, *name)) {
                        if special || program.is_property(id) {
                            found.push(plain(id, known.confidence, touch.line));
                        }
                    }
                }
                found.into_iter().for_each(|edge| self.connect(from, edge));
            }
        }
    }

    /// Steps into functions that are passed to whoever calls them.
    pub(super) fn hand_on(&mut self) {
        let passed = self.passed();
        loop {
            let known = self.invoked.len();
            for pass in &passed {
                if let (Some(target), Value::Parameter(owner, index)) =
                    (pass.target, &pass.value.value)
                    && self.invoked.contains(&target)
                {
                    self.invoked.insert((*owner, *index));
                }
            }
            if self.invoked.len() == known {
                break;
            }
        }
        for pass in passed {
            let confidence = match pass.target {
                Some(target) if self.invoked.contains(&target) => pass.value.confidence,
                Some(_) => continue,
                None => pass.value.confidence.max(pass.otherwise),
            };
            if let Value::Function(id) | Value::Method(id) = pass.value.value {
                let edge = Edge { needs: pass.needs, ..plain(id, confidence, pass.line) };
                self.connect(pass.from, edge);
            }
        }
    }

    fn passed(&mut self) -> Vec<Passed> {
        let program = self.program;
        let mut passed = Vec::new();
        let mut callbacks = Vec::new();
        for resolved in &self.resolved {
            let external = resolved.callees.iter().find_map(|known| known.value.external());
            let place = program.place(resolved.function);
            if let Some(callback) =
                resolved.call.leaf().and_then(|leaf| program.catalogue.callback(leaf))
            {
                if let Some((_, callees)) = self.handed(resolved, callback.argument) {
                    callbacks.extend(
                        callees.iter().filter_map(|known| known.value.target().map(|(id, _)| id)),
                    );
                }
                continue;
            }
            if self.offload_of(resolved).is_some()
                || program.catalogue.runs_elsewhere(
                    external.as_deref(),
                    resolved.call.leaf().as_deref().unwrap_or_default(),
                )
            {
                continue;
            }
            let calls_here = external.is_some_and(|name| CALLERS.contains(&name.text()));
            for (index, argument) in resolved.call.arguments.iter().enumerate() {
                let is_lambda = matches!(argument.value, Expr::Lambda(_));
                if !matches!(argument.value, Expr::Lambda(_) | Expr::Name(_) | Expr::Attr(..)) {
                    continue;
                }
                let targets = self.parameter_targets(resolved, index, argument);
                if targets.is_empty() && !is_lambda && !calls_here {
                    continue;
                }
                for value in program.eval(place, &argument.value).iter() {
                    let relevant = matches!(
                        value.value,
                        Value::Function(_) | Value::Method(_) | Value::Parameter(..)
                    );
                    if !relevant {
                        continue;
                    }
                    let pass = |target| Passed {
                        from: resolved.function,
                        needs: self.needs(resolved.function, resolved.call),
                        line: resolved.call.line,
                        target,
                        value: value.clone(),
                        otherwise: if calls_here {
                            Confidence::Definite
                        } else {
                            Confidence::Possible
                        },
                    };
                    if targets.is_empty() {
                        passed.push(pass(None));
                    }
                    passed.extend(targets.iter().map(|target| pass(Some(*target))));
                }
            }
        }
        self.graph.callbacks = callbacks;
        passed
    }

    /// The parameters of the program's functions that an argument becomes.
    fn parameter_targets(
        &self,
        resolved: &Resolved<'a>,
        index: usize,
        argument: &Argument,
    ) -> Vec<(FunctionId, usize)> {
        let mut targets = Vec::new();
        for known in resolved.callees.iter() {
            let Some((id, bound)) = known.value.target() else { continue };
            let parameters = &self.program.function(id).parameters;
            let at = match argument.keyword {
                None => Some(index + bound).filter(|&at| at < self.program.function(id).positional),
                Some(name) => parameters.iter().position(|parameter| parameter.name == name),
            };
            if let Some(at) = at.filter(|&at| at < parameters.len()) {
                targets.push((id, at));
            }
        }
        targets
    }
}

/// A step of which nothing more is known.
fn plain(to: FunctionId, confidence: Confidence, line: u32) -> Edge {
    Edge { to, confidence, line, needs: 0, passes: Vec::new() }
}

struct Passed {
    from: FunctionId,
    needs: Nones,
    line: u32,
    target: Option<(FunctionId, usize)>,
    value: Known,
    otherwise: Confidence,
}

fn positional(arguments: &[Argument], index: usize) -> Option<&Argument> {
    let argument = arguments.get(index)?;
    let before = &arguments[..=index];
    before.iter().all(|argument| argument.keyword.is_none()).then_some(argument)
}

fn keyword<'a>(arguments: &'a [Argument], names: &[&str]) -> Option<&'a Argument> {
    arguments
        .iter()
        .find(|argument| argument.keyword.as_deref().is_some_and(|name| names.contains(&name)))
}
