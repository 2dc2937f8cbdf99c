//! Which of Blockbuster's primitives a call of the catalogue reaches: `primitives.yaml`, read once.
//! A refusal of another primitive in the same function is not the call's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::catalogue::Catalogue;

const EMBEDDED: &str = include_str!("primitives.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    calls: Vec<String>,
    reach: Vec<String>,
}

#[derive(Default)]
struct Table {
    by_call: BTreeMap<String, BTreeSet<String>>,
    all: BTreeSet<String>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let entries: Vec<Entry> =
            serde_saphyr::from_str(EMBEDDED).expect("the embedded table of primitives is valid");
        let mut table = Table::default();
        for Entry { calls, reach } in entries {
            table.all.extend(reach.iter().cloned());
            for call in calls {
                table.by_call.entry(call).or_default().extend(reach.iter().cloned());
            }
        }
        table
    })
}

/// The primitives that a finding's symbol maps to, sorted; none where the catalogue does not know the
/// symbol, or not all that it may stand for.
pub fn of_symbol(symbol: &str, operation: &str) -> Option<BTreeSet<String>> {
    let meant = Catalogue::embedded().meant(symbol, operation);
    let known = meant.iter().map(|name| table().by_call.get(name));
    let reached = known.collect::<Option<Vec<_>>>()?;
    (!reached.is_empty()).then(|| reached.into_iter().flatten().cloned().collect())
}

/// Whether a primitive is one that the table speaks of. A rule of the project's own has a name that
/// the project chose, which says nothing of whose it is.
pub fn is_known(primitive: &str) -> bool {
    table().all.contains(primitive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_has_the_primitives_of_what_it_stands_for() {
        let of = |symbol: &str, operation: &str| -> Option<Vec<String>> {
            Some(of_symbol(symbol, operation)?.into_iter().collect())
        };
        let text = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(of("path.exists", "FILE_METADATA"), text(&["os.stat"]));
        assert_eq!(
            of("self.path.read_text", "FILE_READ"),
            text(&["io.BufferedReader.read", "io.TextIOWrapper.read"])
        );
        // One that maps to none of Blockbuster's, one whose kind is open, one of the project's own.
        assert_eq!(of("os.chmod", "FILE_METADATA"), None);
        assert_eq!(of("session.execute", "DATABASE"), None);
        assert_eq!(of("self._save", "FILE_WRITE"), None);
    }

    /// What the gate of a real project refused first, by the call that stood there.
    #[test]
    fn what_was_seen_to_be_refused_is_of_its_call() {
        for (symbol, operation, primitive) in [
            ("d.mkdir", "FILE_WRITE", "os.mkdir"),
            ("path.resolve", "FILE_METADATA", "os.path.abspath"),
            ("path.resolve", "FILE_METADATA", "os.getcwd"),
            ("path.read_bytes", "FILE_READ", "io.BufferedReader.read"),
            ("path.read_text", "FILE_READ", "io.TextIOWrapper.read"),
            ("self.probe_path.write_text", "FILE_WRITE", "io.TextIOWrapper.write"),
            ("actual_path.exists", "FILE_METADATA", "os.stat"),
            ("candidate.is_file", "FILE_METADATA", "os.stat"),
            ("tempfile.mkstemp", "FILE_WRITE", "os.path.abspath"),
            ("tempfile.mkdtemp", "FILE_WRITE", "os.mkdir"),
            ("tempfile.NamedTemporaryFile", "FILE_WRITE", "os.path.abspath"),
            ("tempfile.TemporaryDirectory", "FILE_WRITE", "os.mkdir"),
            ("open", "FILE_OPEN", "io.BufferedWriter.write"),
            ("os.replace", "FILE_COPY_MOVE", "os.replace"),
            ("os.makedirs", "FILE_WRITE", "os.stat"),
            ("skill_dir.rglob", "FILE_ENUMERATION", "os.stat"),
            ("shutil.rmtree", "FILE_TREE_DELETE", "os.path.samestat"),
            ("time.sleep", "SLEEP", "time.sleep"),
            ("release.wait", "WAIT", "lock.acquire"),
        ] {
            let reached = of_symbol(symbol, operation);
            assert!(reached.is_some_and(|all| all.contains(primitive)), "{symbol}");
        }
    }

    #[test]
    fn every_listed_call_is_one_of_the_catalogue() {
        let names = Catalogue::embedded().names();
        let strange: Vec<_> = table().by_call.keys().filter(|call| !names.contains(call)).collect();
        assert_eq!(strange, Vec::<&String>::new());
    }

    #[test]
    fn a_rule_of_the_projects_own_is_not_known() {
        assert!(is_known("os.stat"));
        assert!(!is_known("os.chmod"));
    }
}
