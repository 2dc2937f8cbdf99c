//! A virtual environment in the target folder, made once for all tests and processes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 3] = ["pytest==8.4.2", "pytest-asyncio==1.2.0", "blockbuster==1.5.26"];

/// The interpreter of the environment. Fails the test when it cannot be made.
pub(crate) fn venv() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let dir = target.join("test-venv");
    let python = dir.join("bin/python");
    let done = dir.join("complete");
    let version = Command::new("python3").arg("--version").output().unwrap().stdout;
    let wanted = format!("{}{}", String::from_utf8_lossy(&version), PACKAGES.join("\n"));
    let lock = File::create(target.join("test-venv.lock")).unwrap();
    lock.lock().unwrap();
    if fs::read_to_string(&done).is_ok_and(|packages| packages == wanted) {
        return python;
    }
    let _ = fs::remove_dir_all(&dir);
    must(Command::new("python3").args(["-m", "venv"]).arg(&dir));
    must(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES));
    fs::write(done, wanted).unwrap();
    python
}

fn must(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
