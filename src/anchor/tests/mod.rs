//! Claims about searching, checking and drafting, on the demo's project.

mod draft;
mod fitness;
mod locate;

use std::fs;

use super::*;
use crate::assets::{self, Assets};
use crate::model::{
    Candidate, CandidateId, Coverage, Exposure, Hop, Key, Location, Origin, Priority, Site,
    SiteKind,
};

struct Project {
    dir: tempfile::TempDir,
    facts: Facts,
    production: Vec<SourceFile>,
}

fn courier() -> Project {
    let dir = tempfile::tempdir().unwrap();
    let mut production = Vec::new();
    for (path, text) in assets::demo("base").chain(assets::demo("change")) {
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        if path.starts_with("courier/") {
            production.retain(|file: &SourceFile| file.path != path);
            production.push(file_of(path, text));
        }
    }
    let facts = Facts {
        root: dir.path().to_owned(),
        dir: String::new(),
        cwd: String::new(),
        import_roots: vec![String::new()],
        anchors: "tests/blocking_io".to_owned(),
        modules: vec!["courier".to_owned()],
        plugin: AsyncPlugin::AsyncioStrict,
        manager: Manager::Pip,
        configs: Vec::new(),
    };
    Project { dir, facts, production }
}

fn file_of(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

fn answer(name: &str) -> SourceFile {
    let path = format!("tests/blocking_io/{name}");
    let (path, text) = assets::demo("answers").find(|(found, _)| *found == path).unwrap();
    file_of(path, text)
}

impl Project {
    /// A candidate at the only line of a file that holds `code`; `chain` is `path::function` each.
    fn candidate(&self, chain: &[&str], symbol: &str, code: &str) -> Candidate {
        let hops: Vec<Hop> = chain
            .iter()
            .map(|hop| {
                let (path, function) = hop.split_once("::").unwrap();
                Hop { path: path.to_owned(), line: 1, function: function.to_owned() }
            })
            .collect();
        let Hop { path, function, .. } = hops.last().unwrap().clone();
        let text = &self.production.iter().find(|file| file.path == path).unwrap().text;
        let line = text.lines().position(|line| line.contains(code)).unwrap() + 1;
        let location = Location { path: path.clone(), line, column: 9, function: function.clone() };
        Candidate {
            id: CandidateId("c1".to_owned()),
            key: Key { path, function, symbol: symbol.to_owned() },
            priority: Priority::Medium,
            exposure: Exposure::Offloaded,
            category: "BLOCKING_FILE_IO".to_owned(),
            operation: "FILE_WRITE".to_owned(),
            reason: String::new(),
            origins: vec![Origin::AddedOffload],
            sites: vec![Site { kind: SiteKind::Offload, location, code: code.to_owned() }],
            chain: hops,
            confidence: None,
            fix_unit: "u1".to_owned(),
        }
    }

    fn rotate(&self) -> Candidate {
        self.candidate(&["courier/journal.py::Journal.rotate"], "os.replace", "os.replace")
    }

    fn discard(&self) -> Candidate {
        let chain = ["courier/spool.py::Spool.stage", "courier/spool.py::Spool._discard"];
        let mut candidate = self.candidate(&chain, "shutil.rmtree", "shutil.rmtree");
        let text = &self.production.iter().find(|f| f.path == "courier/spool.py").unwrap().text;
        let call = text.lines().position(|line| line.contains("await self._discard")).unwrap() + 1;
        candidate.chain[0].line = call;
        candidate
    }

    fn locate(&self, candidate: &Candidate, anchors: &[SourceFile]) -> AnchorSearch {
        locate(candidate, &self.production, anchors, &self.facts)
    }

    fn unfit(&self, candidate: &Candidate, text: &str) -> Vec<(UnfitKind, usize)> {
        let file = file_of("tests/blocking_io/test_x.py", text);
        fitness(&file, None, candidate, &self.production, &self.facts)
            .into_iter()
            .map(|unfit| (unfit.kind, unfit.line))
            .collect()
    }
}
