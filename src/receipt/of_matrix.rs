//! A receipt of every offload that a matrix found proven.

use super::{
    AssetHash, By, FORMAT, Ground, Receipt, Surroundings, bind, offload_proof, on_the_way, plugin,
};
use crate::gate::Versions;
use crate::gate::matrix::{self, Matrix};
use crate::model::TeethVerdict;

/// A receipt with one proof for each proven site; none when no site is proven.
pub fn of_matrix(matrix: &Matrix, versions: &Versions, ground: &Ground<'_>) -> Option<Receipt> {
    let read = |path: &str| ground.text(path);
    let around = Surroundings { project: ground.project, wrappers: &ground.wrappers, read: &read };
    let proven = matrix.sites.iter().filter(|site| site.verdict == TeethVerdict::Proven);
    let proofs: Vec<_> = proven
        .filter_map(|site| {
            let cell = matrix.cells.iter().find(|cell| {
                cell.site == site.site.location
                    && cell.test == site.test
                    && cell.verdict == TeethVerdict::Proven
            })?;
            let block = cell.block.as_ref()?;
            let own = (cell.site.path.clone(), cell.site.function.clone());
            let mut functions = on_the_way(block, ground.project);
            functions.push(own);
            functions.sort();
            functions.dedup();
            let tests = [ground.project.inside_root(&cell.test)];
            let bound = ground.with_texts(|texts| bind(&functions, Some(&tests), texts));
            let by = match cell.by {
                matrix::By::Fork => By::Fork,
                matrix::By::SourceEdit => By::SourceEdit,
            };
            let ran = (cell.test.as_str(), &cell.verdict, block, by);
            offload_proof(&cell.site, &site.site.callee, ran, &matrix.command, bound, &around)
        })
        .collect();
    let assets: Vec<AssetHash> = vec![plugin()];
    (!proofs.is_empty()).then(|| Receipt {
        format: FORMAT.to_owned(),
        guard: env!("CARGO_PKG_VERSION").to_owned(),
        project: ground.project.dir.clone(),
        versions: versions.clone(),
        assets,
        proofs,
    })
}
