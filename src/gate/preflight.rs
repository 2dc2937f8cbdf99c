//! Whether the gate can be used at all, asked once and cheaply before anything is run.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Rig;
use super::error::GateError;
use crate::exec::{Command, ExecError};

const PROBE: &str = r#"
import json, sys
try:
    from importlib.metadata import version, PackageNotFoundError
except ImportError:
    version, PackageNotFoundError = None, ImportError
def of(name):
    try:
        return version(name) if version else None
    except PackageNotFoundError:
        return None
import importlib.util as util
def importable(name, known):
    return known or (util.find_spec(name) and "unknown") or None
print(json.dumps({
    "python": ".".join(map(str, sys.version_info[:3])),
    "pytest": importable("pytest", of("pytest")),
    "blockbuster": importable("blockbuster", of("blockbuster")),
    "pytest_asyncio": of("pytest-asyncio"),
    "anyio": of("anyio"),
}))
"#;

/// What the gate is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The interpreter's, `3.12.1`.
    pub python: String,
    /// pytest's.
    pub pytest: String,
    /// Blockbuster's.
    pub blockbuster: String,
    /// pytest-asyncio's, where it is installed.
    pub pytest_asyncio: Option<String>,
    /// anyio's, which brings a pytest plugin.
    pub anyio: Option<String>,
}

#[derive(Deserialize)]
struct Probe {
    python: String,
    pytest: Option<String>,
    blockbuster: Option<String>,
    pytest_asyncio: Option<String>,
    anyio: Option<String>,
}

/// Asks the gate's interpreter what it has.
///
/// # Errors
/// When there is no interpreter, or it lacks pytest or Blockbuster: the error names the command that
/// installs what is missing.
pub fn preflight(rig: &Rig) -> Result<Versions, GateError> {
    let output = Command::new(&rig.python.path)
        .args(["-c", PROBE])
        .dir(&rig.project.root)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .limit(Duration::from_secs(60))
        .run()
        .map_err(|error| match error {
            ExecError::Interrupted(interrupted) => GateError::Interrupted(interrupted),
            other @ (ExecError::NotFound { .. } | ExecError::Io { .. }) => no_python(rig, other),
        })?;
    let said = output.stdout_text();
    let probe: Option<Probe> = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let Some(probe) = probe.filter(|_| output.success()) else {
        return Err(GateError::NoEvidence {
            command: format!("{} -c …", rig.python.path.display()),
            ended: format!("{:?}", output.ended),
            tail: output.stderr_text(),
        });
    };
    let need = |package: &str, found: Option<String>| found.ok_or_else(|| no_package(rig, package));
    Ok(Versions {
        python: probe.python,
        pytest: need("pytest", probe.pytest)?,
        blockbuster: need("blockbuster", probe.blockbuster)?,
        pytest_asyncio: probe.pytest_asyncio,
        anyio: probe.anyio,
    })
}

/// The interpreter does not run.
pub(super) fn no_python(rig: &Rig, source: ExecError) -> GateError {
    GateError::NoPython {
        python: rig.python.path.display().to_string(),
        from: rig.python.from.clone(),
        source: Box::new(source),
    }
}

/// The interpreter lacks a package.
pub(super) fn no_package(rig: &Rig, package: &str) -> GateError {
    let python = rig.python.path.display().to_string();
    let spec = match package {
        "blockbuster" => "'blockbuster>=1.5.26,<1.6'",
        other => other,
    };
    let dir = rig.project.root.join(&rig.project.dir);
    let install = if dir.join("uv.lock").is_file() || rig.project.root.join("uv.lock").is_file() {
        format!("uv add --dev {spec}")
    } else if dir.join("poetry.lock").is_file() {
        format!("poetry add --group dev {spec}")
    } else {
        format!("{} -m pip install {spec}", crate::exec::quote(&python))
    };
    GateError::NoPackage { package: package.to_owned(), python, install }
}
