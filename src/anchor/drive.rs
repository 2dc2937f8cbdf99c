//! Whether a test calls a production function, as far as its text shows.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::suite::{Function, TestFile};

/// How a test gets to a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// It calls it.
    Direct,
    /// It asks the application for its HTTP route.
    Route,
    /// It uses the same module, and nothing shows that it gets there.
    Indirect,
}

impl Strength {
    /// Whether the function itself is reached.
    pub fn reaches(self) -> bool {
        match self {
            Self::Direct | Self::Route => true,
            Self::Indirect => false,
        }
    }
}

/// What HTTP test clients call a request.
const CLIENT: [&str; 9] =
    ["get", "post", "put", "delete", "patch", "head", "request", "stream", "websocket_connect"];

/// What the text of a test shows of one function.
pub(super) struct Drive {
    pub(super) strength: Strength,
    pub(super) line: usize,
    pub(super) why: String,
}

/// How the functions that a test reaches call `entry`, best evidence first.
pub(super) fn drive(reached: &[(&TestFile, &Function)], entry: &Entry) -> Option<Drive> {
    let (class, name) = entry.split();
    let module = entry.module.as_deref()?;
    let mut best: Option<Drive> = None;
    let mut offer = |strength: Strength, line: usize, why: String| {
        if best.as_ref().is_none_or(|best| strength < best.strength) {
            best = Some(Drive { strength, line, why });
        }
    };
    let holds_class =
        class.is_some_and(|class| mentions(reached, |resolved| refers(resolved, module, class)));
    let touches = mentions(reached, |resolved| {
        resolved == module || resolved.starts_with(&format!("{module}."))
    });
    for (file, function) in reached {
        for call in &function.calls {
            let resolved = file.resolve(&call.callee);
            let named = match class {
                None => resolved.as_deref().is_some_and(|resolved| refers(resolved, module, name)),
                // `Store.put(store, …)`, or any object once its class is in the test's hands.
                Some(class) if name == "__init__" => {
                    resolved.as_deref().is_some_and(|resolved| refers(resolved, module, class))
                }
                Some(_) => call.last() == name && (holds_class || touches),
            };
            if named {
                let why = if holds_class || class.is_none() {
                    format!("calls `{}`", call.callee)
                } else {
                    format!("calls `{}` of an object that comes from `{module}`", call.callee)
                };
                offer(Strength::Direct, call.line, why);
            }
        }
        // `async with Store(...)` calls without naming it.
        if matches!(name, "__aenter__" | "__aexit__" | "__aiter__" | "__anext__") && holds_class {
            offer(Strength::Direct, function.line, format!("uses `{}`", class.unwrap_or_default()));
        }
        let Some(route) = &entry.route else { continue };
        for call in &function.calls {
            let address = call
                .arguments
                .iter()
                .filter_map(|argument| argument.literal.as_deref())
                .find(|address| address.contains('/'));
            if CLIENT.contains(&call.last())
                && let Some(address) = address
                && route.is_asked(call.last(), address)
            {
                let why = format!("asks for `{address}`, the route of `{name}`");
                offer(Strength::Route, call.line, why);
            }
        }
    }
    if touches || holds_class {
        let line = reached.first().map_or(1, |(_, test)| test.line);
        offer(
            Strength::Indirect,
            line,
            format!("uses `{module}`, and does not call `{name}` itself"),
        );
    }
    best
}

fn mentions(reached: &[(&TestFile, &Function)], wanted: impl Fn(&str) -> bool) -> bool {
    reached.iter().any(|(file, function)| {
        function
            .names
            .iter()
            .filter_map(|written| file.resolve(written))
            .any(|resolved| wanted(&resolved))
    })
}

/// Whether a resolved name is `name` of `module`, also where a package above re-exports it.
fn refers(resolved: &str, module: &str, name: &str) -> bool {
    let Some(from) = resolved.strip_suffix(name).and_then(|from| from.strip_suffix('.')) else {
        return false;
    };
    let below = |inner: &str, outer: &str| {
        inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
    };
    let tail =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'));
    below(module, from) || tail(from, module) || tail(module, from)
}
