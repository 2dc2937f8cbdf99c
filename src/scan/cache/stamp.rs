//! Whether a file is the one that was seen last time, by what the system says of it: size, times and
//! inode, as git's index does it. A file that changed shortly before it was looked at may change
//! again within the same tick of its clock, so it is not believed: its bytes are compared.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// In bytes.
    pub(super) size: u64,
    /// When the content changed, in nanoseconds since 1970.
    pub(super) modified: i64,
    /// When anything about the file changed, in nanoseconds since 1970: `touch -d` cannot set it.
    pub(super) changed: i64,
    /// Which file it is.
    pub(super) inode: u64,
}

impl Stamp {
    /// Of a file; none where the system does not say enough.
    #[cfg(unix)]
    pub(in crate::scan) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;

        let nanoseconds =
            |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            size: metadata.size(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec())?,
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec())?,
            inode: metadata.ino(),
        })
    }

    /// Of a file; none where the system does not say enough.
    #[cfg(not(unix))]
    pub(in crate::scan) fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// The coarsest clock of a file system: that of FAT.
const TICK: Duration = Duration::from_secs(2);

/// The time at which a scan began.
pub(super) struct Clock(i64);

impl Clock {
    pub(super) fn now() -> Self {
        Self::at(SystemTime::now())
    }

    pub(super) fn at(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(TICK);
        Self(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    }

    /// Whether any later change would show in the stamp.
    pub(super) fn trusts(&self, stamp: &Stamp) -> bool {
        stamp.modified.max(stamp.changed) < self.0
    }
}
