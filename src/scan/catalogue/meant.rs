//! The catalogue asked the other way round: which of its calls a name may stand for.

use super::{Catalogue, Sink};
use crate::scan::name::Name;

impl Catalogue {
    /// Every blocking call, by its full name or its type's and its own, sorted.
    pub fn names(&self) -> Vec<String> {
        let methods = self.types.iter().flat_map(|object| {
            object.methods.keys().map(move |method| format!("{}.{method}", object.name))
        });
        let functions = self.functions.keys().map(|name| name.text().to_owned());
        let mut names: Vec<String> = functions.chain(methods).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names of the blocking calls that a finding's symbol may stand for: the one of that full
    /// name, else those of the operation that end alike. Empty when the catalogue has none.
    pub fn meant(&self, symbol: &str, operation: &str) -> Vec<String> {
        let is = |sink: &Sink| sink.operation == operation;
        if self.function(Name::new(symbol)).is_some_and(is) {
            return vec![symbol.to_owned()];
        }
        let leaf = symbol.rsplit('.').next().unwrap_or(symbol);
        let ends = |name: &str| name.rsplit('.').next() == Some(leaf);
        let functions = (self.functions.iter())
            .filter(|(name, sink)| ends(name.text()) && is(sink) && !symbol.contains('.'))
            .map(|(name, _)| name.text().to_owned());
        let methods = (self.types.iter())
            .filter(|object| object.methods.get(&Name::new(leaf)).is_some_and(is))
            .map(|object| format!("{}.{leaf}", object.name.text()));
        let mut names: Vec<String> = functions.chain(methods).collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_means_what_bears_its_name_under_its_operation() {
        let catalogue = Catalogue::embedded();
        for (symbol, operation, meant) in [
            ("shutil.rmtree", "FILE_TREE_DELETE", &["shutil.rmtree"][..]),
            ("pathlib.Path.unlink", "FILE_DELETE", &["pathlib.Path.unlink"]),
            ("self._path.read_text", "FILE_READ", &["pathlib.Path.read_text"]),
            ("exists", "FILE_METADATA", &["os.path.exists", "pathlib.Path.exists"]),
            ("self._save", "FILE_WRITE", &[]),
        ] {
            assert_eq!(catalogue.meant(symbol, operation), meant, "{symbol}");
        }
    }
}
