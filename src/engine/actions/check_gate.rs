//! Step 0: the gate can be used, before anybody works for it.

use super::{Done, World};
use crate::gate::{GateError, preflight};
use crate::model::{Evidence, GateFacts};

pub(super) fn check_gate(world: &World) -> anyhow::Result<Done> {
    let rig = world.rig()?;
    let versions = preflight(rig)?;
    let anchors = &world.project.anchors;
    if !world.repository.root().join(anchors).join("conftest.py").is_file() {
        return Err(GateError::NoGate { folder: anchors.clone() }.into());
    }
    let plugin = match (&versions.pytest_asyncio, &versions.anyio) {
        (Some(version), _) => format!(", pytest-asyncio {version}"),
        (None, Some(version)) => format!(", anyio {version}"),
        (None, None) => String::new(),
    };
    Ok(Done::new(
        "usable",
        Evidence::Gate(GateFacts {
            python: format!("{} (from {})", rig.python.path.display(), rig.python.from),
            versions: format!(
                "Python {}, pytest {}, blockbuster {}{plugin}",
                versions.python, versions.pytest, versions.blockbuster
            ),
            anchors: anchors.clone(),
            suite: world.project.gate.suite.join(" "),
        }),
    ))
}
