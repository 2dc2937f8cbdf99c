//! Nesting without a stack overflow: work on syntax runs on threads with a large stack, and text
//! that could need more than that is refused before it is parsed.

use std::sync::OnceLock;

/// Bytes of stack of each worker. Only what is used is ever backed by memory.
const STACK: usize = 512 << 20;

/// More open brackets than this are refused.
const BRACKETS: usize = 3_000;

/// More operators in one expression than this are refused.
const OPERATORS: usize = 25_000;

/// Deeper indentation than this is refused, in columns.
const INDENTATION: usize = 4_000;

/// Runs work on the pool whose threads have the large stack.
pub(super) fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<rayon::ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        rayon::ThreadPoolBuilder::new()
            .stack_size(STACK)
            .thread_name(|index| format!("scan-{index}"))
            .build()
            .expect("threads can be started")
    })
    .install(work)
}

/// The offset at which a text nests deeper than guard follows, where there is one. Brackets in
/// strings count too: a cap may be low by a margin but never high.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    if cannot_be(text) {
        return None;
    }
    let (mut brackets, mut operators, mut indentation) = (0_usize, 0_usize, 0_usize);
    let mut at_line_start = true;
    let mut in_word = false;
    for (at, byte) in text.bytes().enumerate() {
        let word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        if word && !in_word {
            // `not not not`, `lambda: lambda:` and `x if y else` nest by words alone.
            operators += 1;
        }
        in_word = word;
        match byte {
            b'(' | b'[' | b'{' => {
                brackets += 1;
                operators += 1;
            }
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b',' | b';' => operators = 0,
            b'\n' => {
                if brackets == 0 {
                    operators = 0;
                }
                indentation = 0;
                at_line_start = true;
                continue;
            }
            b' ' | b'\t' if at_line_start => {
                indentation += 1;
                continue;
            }
            b'-' | b'+' | b'~' | b'.' | b'*' | b'/' | b'%' | b'|' | b'&' | b'^' | b'@' | b'=' => {
                operators += 1;
            }
            _ => {}
        }
        at_line_start = false;
        if brackets > BRACKETS || operators > 2 * OPERATORS || indentation > INDENTATION {
            return Some(at);
        }
    }
    None
}

/// What a short text cannot be, told from counts that are quick to take: most files end here.
fn cannot_be(text: &str) -> bool {
    let opening = |byte: &&u8| matches!(**byte, b'(' | b'[' | b'{');
    text.len() <= 2 * OPERATORS
        && text.as_bytes().iter().filter(opening).count() <= BRACKETS
        && (text.len() <= INDENTATION
            || text.as_bytes().split(|&byte| byte == b'\n').all(|line| line.len() <= INDENTATION))
}
