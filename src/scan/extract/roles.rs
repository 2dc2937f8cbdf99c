//! Names that mean something to the walk. They are asked for at every call, so each name finds its
//! roles by its number.

use std::sync::LazyLock;

use super::super::catalogue::Catalogue;
use super::super::name::Name;

/// What a name can stand for, several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::scan) struct Role(u32);

impl Role {
    /// A function of asyncio and its kin that takes awaitables.
    pub(super) const TAKER: Self = Self(1);
    /// A taker that is one only on asyncio and its kin: `subprocess.run` is none.
    pub(super) const LOOPS_OWN: Self = Self(1 << 1);
    /// `run`, which as a name alone is anybody's.
    pub(super) const RUN: Self = Self(1 << 2);
    /// asyncio and its kin.
    pub(super) const LOOP: Self = Self(1 << 3);
    /// A response that iterates a sync generator in a thread.
    pub(super) const STREAM: Self = Self(1 << 4);
    /// What limits the time of what is awaited in it.
    pub(super) const LIMIT: Self = Self(1 << 5);
    /// `wait_for`.
    pub(super) const WAIT_FOR: Self = Self(1 << 6);
    /// `suppress`.
    pub(super) const SUPPRESS: Self = Self(1 << 7);
    /// A method that is cleanup as a whole.
    pub(super) const CLEANUP: Self = Self(1 << 8);
    /// Says which thread runs.
    pub(super) const THREAD: Self = Self(1 << 9);
    /// Fails where no loop runs.
    pub(super) const RUNNING: Self = Self(1 << 10);
    /// `isinstance`.
    pub(super) const IS_INSTANCE: Self = Self(1 << 11);
    /// `super`.
    pub(super) const SUPER: Self = Self(1 << 12);
    /// `cast`.
    pub(super) const CAST: Self = Self(1 << 13);
    /// `Annotated`.
    pub(super) const ANNOTATED: Self = Self(1 << 14);
    /// Declares a field of a dataclass or a model.
    pub(super) const FIELD: Self = Self(1 << 15);
    /// The keyword that gives a field its value.
    pub(super) const DEFAULT: Self = Self(1 << 16);
    /// The keyword that gives a field what makes its value.
    pub(super) const FACTORY: Self = Self(1 << 17);
    /// What a framework replaces by what a function gives.
    pub(super) const INJECTED: Self = Self(1 << 18);
    /// Reading what it decorates runs it.
    pub(in crate::scan) const PROPERTY: Self = Self(1 << 19);
    /// Has the loop call something later.
    pub(in crate::scan) const CALLBACK: Self = Self(1 << 20);
    /// Starts a loop for what it gets.
    pub(in crate::scan) const RUNNER: Self = Self(1 << 23);
    /// What it decorates runs where an object of its class is made.
    pub(in crate::scan) const BUILDING: Self = Self(1 << 24);
    /// Puts its argument into what it is a method of.
    pub(super) const ADDER: Self = Self(1 << 25);
    /// Makes a type variable.
    pub(super) const TYPE_VARIABLE: Self = Self(1 << 27);
    /// The keyword that says of which type a type variable stands for any.
    pub(super) const BOUND: Self = Self(1 << 28);
    /// What an import of everything imports.
    pub(super) const EVERYTHING: Self = Self(1 << 26);
    /// What it decorates gets its class first.
    pub(in crate::scan) const CLASS_METHOD: Self = Self(1 << 21);
    /// What it decorates gets no object first.
    pub(in crate::scan) const STATIC_METHOD: Self = Self(1 << 22);

    /// What a name stands for; mostly nothing.
    pub(in crate::scan) fn of(name: Name) -> Self {
        ROLES.get(name.number() as usize).copied().unwrap_or_default()
    }

    /// Both.
    pub(in crate::scan) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is among these.
    pub(in crate::scan) fn is(self, role: Self) -> bool {
        self.0 & role.0 != 0
    }
}

const NAMED: [(Role, &[&str]); 28] = [
    (
        Role::TAKER,
        &[
            "wait_for",
            "gather",
            "shield",
            "create_task",
            "ensure_future",
            "run_coroutine_threadsafe",
            "run_until_complete",
            "as_completed",
            "wait",
            "run",
            "start_soon",
            "aclosing",
            "enter_async_context",
            "async_to_sync",
        ],
    ),
    (Role::LOOPS_OWN, &["run", "wait"]),
    (Role::RUN, &["run"]),
    (Role::LOOP, &["asyncio", "anyio", "trio"]),
    (Role::STREAM, &["StreamingResponse", "EventSourceResponse"]),
    (
        Role::LIMIT,
        &["timeout", "timeout_at", "move_on_after", "move_on_at", "fail_after", "fail_at"],
    ),
    (Role::WAIT_FOR, &["wait_for"]),
    (Role::SUPPRESS, &["suppress"]),
    (Role::CLEANUP, &["__aexit__", "aclose"]),
    (Role::THREAD, &["get_ident", "get_native_id", "current_thread", "main_thread"]),
    (Role::RUNNING, &["get_running_loop", "_get_running_loop", "current_task"]),
    (Role::IS_INSTANCE, &["isinstance"]),
    (Role::SUPER, &["super"]),
    (Role::CAST, &["cast"]),
    (Role::TYPE_VARIABLE, &["TypeVar"]),
    (Role::BOUND, &["bound"]),
    (Role::ANNOTATED, &["Annotated"]),
    (Role::FIELD, &["field", "Field", "attrib", "ib", "PrivateAttr"]),
    (Role::DEFAULT, &["default"]),
    (Role::FACTORY, &["default_factory", "factory"]),
    (Role::INJECTED, &["Depends", "Security"]),
    (Role::PROPERTY, &["property", "cached_property"]),
    (Role::RUNNER, &["run", "run_until_complete", "run_forever"]),
    (Role::BUILDING, &["model_validator", "field_validator", "root_validator", "validator"]),
    (Role::ADDER, &["append", "appendleft", "add"]),
    (Role::EVERYTHING, &["*"]),
    (Role::CLASS_METHOD, &["classmethod"]),
    (Role::STATIC_METHOD, &["staticmethod"]),
];

/// By a name's number.
static ROLES: LazyLock<Box<[Role]>> = LazyLock::new(|| {
    let named =
        NAMED.iter().flat_map(|(role, texts)| texts.iter().map(|text| (*role, Name::new(text))));
    let callbacks = Catalogue::embedded().callback_methods().map(|name| (Role::CALLBACK, name));
    let mut roles = Vec::new();
    for (role, name) in named.chain(callbacks) {
        let index = name.number() as usize;
        roles.resize(roles.len().max(index + 1), Role::default());
        roles[index].0 |= role.0;
    }
    roles.into()
});
