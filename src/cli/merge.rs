//! `guard merge`: the parts of a matrix as one.

use super::args::MergeArgs;
use super::teeth;
use crate::gate::matrix::{MatrixReport, MergeError, merge as join};

pub(super) fn merge(args: &MergeArgs) -> anyhow::Result<u8> {
    let mut reports = Vec::with_capacity(args.reports.len());
    for path in &args.reports {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| MergeError::Io { file: file.clone(), source })?;
        let report = MatrixReport::read(&file, &text)?;
        reports.push((file, report));
    }
    let report = join(reports)?;
    teeth::show(&report, args.json)?;
    Ok(teeth::code(&report.matrix))
}
