//! Files to findings. (To be written: files → facts → link → exposures → findings.)

pub mod syntax;
