//! What is data and not code: procedures, templates, references, the demo's project. A copy of
//! each is embedded in the binary; a person, a team or a single call may put a file of its own in
//! the place of any of them. Whole files, no merging, and always known which one was used.

mod render;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fmt, fs, io};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Source;

pub use render::{RenderError, render};

/// Every embedded file: its name (`templates/blocking-io/anchor.py.hbs`) and its text, by name.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where the demo's project is embedded.
const DEMO: &str = "tests/trees/demo/";

/// Where to look before the embedded files, first match wins.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// By a flag of this call: the asset's name, and the file that stands in for it.
    pub flags: BTreeMap<String, PathBuf>,
    /// The repository's `.guard` folder.
    pub team: Option<PathBuf>,
    /// The user's own folder; see [`user_folder`].
    pub user: Option<PathBuf>,
}

/// Which file an asset came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssetSource {
    /// Named by a flag.
    Flag(PathBuf),
    /// The repository's `.guard` folder.
    Team(PathBuf),
    /// The user's own folder.
    User(PathBuf),
    /// Inside the binary.
    Embedded,
    /// What a run recorded when it began, and where it came from then.
    Recorded(String),
}

impl fmt::Display for AssetSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(path) | Self::Team(path) | Self::User(path) => path.display().fmt(f),
            Self::Embedded => f.write_str("embedded"),
            Self::Recorded(from) => f.write_str(from),
        }
    }
}

/// One asset as it will be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// `<kind>/<domain>/<file>`, with `/` between its parts.
    pub name: String,
    /// Which file was taken.
    pub source: AssetSource,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text, 64 hexadecimal digits.
    pub sha256: String,
}

/// Why an asset cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// Nobody has a file of that name.
    #[error("no asset is called `{name}`{}", .nearest.as_deref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    Unknown {
        /// As it was asked for.
        name: String,
        /// The embedded name that is spelled most like it.
        nearest: Option<String>,
    },
    /// A name that would lead out of the folders.
    #[error("`{name}` is not the name of an asset: it must be relative, without `..`")]
    Name {
        /// As it was asked for.
        name: String,
    },
    /// A file that stands in for the embedded one cannot be read.
    #[error("could not read `{}`, which stands in for the asset `{name}`; repair it, or remove it to use the next one", .path.display())]
    Read {
        /// The asset.
        name: String,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// All assets, overrides applied.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    overrides: Overrides,
    recorded: BTreeMap<String, Asset>,
}

impl From<Asset> for Source {
    fn from(asset: Asset) -> Self {
        Self {
            name: asset.name,
            from: asset.source.to_string(),
            sha256: asset.sha256,
            text: asset.text,
        }
    }
}

impl Assets {
    /// Looks through the overrides first. Reads nothing yet.
    pub fn new(overrides: Overrides) -> Self {
        Self { overrides, recorded: BTreeMap::new() }
    }

    /// The same, but for these files: they are what they were when a run recorded them.
    pub fn as_recorded<'a>(mut self, files: impl IntoIterator<Item = &'a Source>) -> Self {
        self.recorded.extend(files.into_iter().map(|file| {
            let source = AssetSource::Recorded(file.from.clone());
            (file.name.clone(), asset(&file.name, source, file.text.clone()))
        }));
        self
    }

    /// Reads one asset by name.
    ///
    /// # Errors
    /// When there is none of that name, or the file that stands in for it cannot be read: guard
    /// then does not fall back to the next one, since that would run something else than meant.
    pub fn load(&self, name: &str) -> Result<Asset, AssetError> {
        if name.starts_with('/') || name.split('/').any(|part| part.is_empty() || part == "..") {
            return Err(AssetError::Name { name: name.to_owned() });
        }
        if let Some(asset) = self.recorded.get(name) {
            return Ok(asset.clone());
        }
        if let Some(path) = self.overrides.flags.get(name) {
            return read(name, path.clone(), AssetSource::Flag);
        }
        let team = self.overrides.team.as_ref().map(|dir| dir.join(name));
        if let Some(path) = team.filter(|path| path.exists()) {
            return read(name, path, AssetSource::Team);
        }
        let user = self.overrides.user.as_ref().map(|dir| dir.join(name));
        if let Some(path) = user.filter(|path| path.exists()) {
            return read(name, path, AssetSource::User);
        }
        let (_, text) = EMBEDDED
            .iter()
            .find(|(embedded, _)| *embedded == name)
            .ok_or_else(|| AssetError::Unknown { name: name.to_owned(), nearest: nearest(name) })?;
        Ok(asset(name, AssetSource::Embedded, (*text).to_owned()))
    }

    /// The names of all assets below a folder (`sop/`), sorted: embedded ones and those that stand
    /// beside them in the team's and the user's own folder. Folders inside of it are not looked into.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = embedded(folder).map(str::to_owned).collect();
        for dir in [&self.overrides.team, &self.overrides.user].into_iter().flatten() {
            let entries = fs::read_dir(dir.join(folder)).into_iter().flatten().flatten();
            names.extend(
                entries
                    .filter(|entry| entry.path().is_file())
                    .map(|entry| format!("{folder}{}", entry.file_name().to_string_lossy())),
            );
        }
        names.sort();
        names.dedup();
        names
    }

    /// Loads a template and renders it.
    ///
    /// # Errors
    /// As [`Assets::load`] and [`render`].
    pub fn render(&self, name: &str, data: &impl Serialize) -> Result<String, TemplateError> {
        let template = self.load(name)?;
        Ok(render(name, &template.text, data)?)
    }
}

/// Why a template gave no text.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// There is no such template.
    #[error(transparent)]
    Asset(#[from] AssetError),
    /// It does not render.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// The names of all embedded assets below a folder (`sop/`), sorted.
pub fn embedded(folder: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    EMBEDDED.iter().map(|(name, _)| *name).filter(move |name| name.starts_with(folder))
}

/// The files of one part of the demo's project (`base`, `change`, `answers`): the path inside of
/// it, with `/` between its parts, and the text.
pub fn demo(part: &str) -> impl Iterator<Item = (&'static str, &'static str)> + use<'_> {
    EMBEDDED.iter().filter_map(move |(name, text)| {
        let path = name.strip_prefix(DEMO)?.strip_prefix(part)?.strip_prefix('/')?;
        Some((path, *text))
    })
}

/// `$XDG_CONFIG_HOME/guard`, else `~/.config/guard`.
pub fn user_folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(config.join("guard"))
}

fn read(
    name: &str,
    path: PathBuf,
    source: fn(PathBuf) -> AssetSource,
) -> Result<Asset, AssetError> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok(asset(name, source(path), text)),
        Err(error) => Err(AssetError::Read { name: name.to_owned(), path, source: error }),
    }
}

fn asset(name: &str, source: AssetSource, text: String) -> Asset {
    Asset { name: name.to_owned(), source, sha256: sha256(&text), text }
}

/// SHA-256 of a text, 64 hexadecimal digits.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn nearest(name: &str) -> Option<String> {
    EMBEDDED
        .iter()
        .map(|(embedded, _)| (strsim::jaro_winkler(embedded, name), *embedded))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, embedded)| embedded.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const NAME: &str = "templates/blocking-io/anchor.py.hbs";

    fn folder(text: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        dir
    }

    #[test]
    fn a_flag_wins_over_the_team_the_team_over_the_user_the_user_over_the_binary() {
        let (flag, team, user) = (folder("flag"), folder("team"), folder("user"));
        let mut overrides = Overrides {
            flags: BTreeMap::from([(NAME.to_owned(), flag.path().join(NAME))]),
            team: Some(team.path().to_owned()),
            user: Some(user.path().to_owned()),
        };
        let load = |overrides: &Overrides| Assets::new(overrides.clone()).load(NAME).unwrap();
        let taken = load(&overrides);
        assert_eq!(taken.text, "flag");
        assert_eq!(taken.source, AssetSource::Flag(flag.path().join(NAME)));
        overrides.flags.clear();
        assert_eq!(load(&overrides).source, AssetSource::Team(team.path().join(NAME)));
        overrides.team = None;
        assert_eq!(load(&overrides).source, AssetSource::User(user.path().join(NAME)));
        overrides.user = None;
        assert_eq!(load(&overrides).source, AssetSource::Embedded);
    }

    #[test]
    fn the_hash_is_that_of_the_text() {
        let dir = folder("abc");
        let overrides = Overrides { team: Some(dir.path().to_owned()), ..Overrides::default() };
        assert_eq!(
            Assets::new(overrides).load(NAME).unwrap().sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn an_unreadable_override_is_an_error_and_not_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        fs::create_dir_all(&path).unwrap();
        let overrides = Overrides { team: Some(dir.path().to_owned()), ..Overrides::default() };
        let error = Assets::new(overrides).load(NAME).unwrap_err();
        assert!(matches!(error, AssetError::Read { .. }), "{error}");
    }

    #[test]
    fn a_typo_gets_the_nearest_name() {
        let error = Assets::default().load("templates/blocking-io/ancor.py.hbs").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "no asset is called `templates/blocking-io/ancor.py.hbs`; did you mean `{NAME}`?"
            )
        );
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_folders() {
        for name in ["../x", "/etc/passwd", "a//b", "templates/../../x"] {
            let error = Assets::default().load(name).unwrap_err();
            assert!(matches!(error, AssetError::Name { .. }), "{name}: {error}");
        }
    }

    #[test]
    fn every_file_of_the_asset_folders_is_embedded() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in embedded("") {
            assert!(package.join(name).is_file(), "{name}");
        }
        assert!(embedded("templates/").any(|name| name == NAME));
    }
}
