//! The memory that a scan works in.

/// What becomes of working memory. Giving it back piece by piece costs a process that is about to
/// end a tenth of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Memory {
    /// It is given back.
    #[default]
    Returned,
    /// The end of the process frees it.
    Kept,
}

/// Has the process take memory in large steps from here on. glibc starts a thread with 128 kB and asks the
/// system for some more again and again, a thousand times in a scan of a large program; pages that
/// nobody touches cost nothing. It counts for threads that start later.
pub fn take_large_steps() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// In bytes.
        const STEP: libc::c_int = 16 << 20;
        #[expect(unsafe_code, reason = "the only way to tell the allocator")]
        // SAFETY: it sets a number of the allocator's, which may be done at any time.
        let _is_set = unsafe { libc::mallopt(libc::M_TOP_PAD, STEP) };
    }
}
