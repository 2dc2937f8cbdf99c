//! A procedure as its file has it: shapes and places, nothing checked but the shape.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_saphyr::Spanned;

/// A name with the place where it stands.
pub(super) type Name = Spanned<String>;

/// A mapping in file order, its keys with their places.
#[derive(Debug)]
pub(super) struct Entries<T>(pub(super) Vec<(Name, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = Entries<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSop {
    pub(super) name: Name,
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) steps: Vec<String>,
    pub(super) detector: RawDetector,
    #[serde(default)]
    pub(super) gate: RawGate,
    pub(super) revert: Option<RawRevert>,
    #[serde(default)]
    pub(super) blind_spots: Vec<String>,
    pub(super) templates: RawTemplates,
    pub(super) batch: RawBatch,
    pub(super) start: Name,
    pub(super) states: Entries<RawState>,
    pub(super) ends: Entries<RawEnd>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawDetector {
    Builtin,
    Command(Vec<Name>),
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawGate {
    #[default]
    Pytest,
    Command(RawCommandGate),
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawCommandGate {
    pub(super) run: Vec<Name>,
    pub(super) red: Name,
    #[serde(default)]
    pub(super) files: Vec<String>,
    pub(super) limit: Option<Spanned<u64>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRevert {
    pub(super) run: Vec<Name>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawTemplates {
    pub(super) anchor: Option<Name>,
    pub(super) pull_request: Name,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawBatch {
    pub(super) while_high: usize,
    pub(super) after: usize,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawEnd {
    NothingToDo,
    Delivered,
    Refused,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawState {
    pub(super) step: Option<u8>,
    pub(super) action: Option<Name>,
    pub(super) reference: Option<Name>,
    pub(super) ask: Option<RawAsk>,
    pub(super) run: Option<Vec<Name>>,
    #[serde(default)]
    pub(super) exits: Entries<Name>,
    #[serde(default)]
    pub(super) routes: Entries<Name>,
    pub(super) limit: Option<Spanned<u64>>,
    pub(super) at_most: Option<Spanned<u64>>,
    #[serde(rename = "else")]
    pub(super) otherwise: Option<Name>,
    pub(super) for_each: Option<Name>,
    #[serde(default)]
    pub(super) high_first: bool,
    pub(super) start: Option<Name>,
    pub(super) end: Option<Name>,
    pub(super) stale: Option<Name>,
    #[serde(default)]
    pub(super) states: Entries<RawState>,
    pub(super) then: Spanned<Entries<Name>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAsk {
    pub(super) text: String,
    pub(super) fields: Entries<RawField>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawField {
    pub(super) text: String,
    #[serde(default)]
    pub(super) choices: Entries<String>,
    #[serde(default)]
    pub(super) when: Entries<Vec<String>>,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) default: Option<Name>,
}
