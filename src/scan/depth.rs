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

/// Whether counts that are quick to take, block by block, rule it out: nearly every file ends here.
fn cannot_be(text: &str) -> bool {
    let bytes = text.as_bytes();
    // An operator or a word takes a byte, and a comma starts anew: where every block has one, no
    // two of them are two blocks apart.
    let has_comma = |block: &[u8]| block.len() < OPERATORS || block.contains(&b',');
    // Indentation of that many columns would fill a whole block.
    let has_text = |block: &[u8]| {
        block.len() < INDENTATION / 2 || block.iter().any(|byte| !matches!(byte, b' ' | b'\t'))
    };
    bytes.chunks(OPERATORS).all(has_comma)
        && bytes.chunks(INDENTATION / 2).all(has_text)
        && deepest(bytes) <= BRACKETS
}

/// At most so many brackets are open at once.
fn deepest(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    // Blocks of which a byte can count everything.
    for block in bytes.chunks(u8::MAX.into()) {
        let (mut opening, mut closing) = (0_u8, 0_u8);
        for byte in block {
            // `[` and `{`, and `]` and `}`, differ in this bit.
            let either = byte | 0x20;
            opening += u8::from(*byte == b'(') | u8::from(either == b'{');
            closing += u8::from(*byte == b')') | u8::from(either == b'}');
        }
        let (opening, closing) = (usize::from(opening), usize::from(closing));
        deepest = deepest.max(depth + opening);
        // Where all that closes comes first, what is more than was open closes nothing.
        depth = (depth + opening).saturating_sub(closing).max(opening);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::{BRACKETS, INDENTATION, OPERATORS, cannot_be, too_deep};

    #[test]
    fn what_counts_rule_out_is_never_refused() {
        let closing = ")".repeat(5_000);
        for text in [
            "x = 1\n".repeat(20_000),
            "f(a, b)\n".repeat(20_000),
            format!("{closing}{}", "(".repeat(BRACKETS - 1)),
            format!("{}x\n", " ".repeat(INDENTATION)),
            format!("x = {}1\n", "-".repeat(2 * OPERATORS - 10)),
        ] {
            assert_eq!(too_deep(&text), None, "{}", &text[..40]);
        }
    }

    #[test]
    fn what_is_refused_is_not_ruled_out() {
        for text in [
            format!("{}{}", ")".repeat(700), "(".repeat(BRACKETS + 1)),
            "()(".repeat(BRACKETS + 1),
            format!("x = 1,\n{}x\n", " ".repeat(INDENTATION + 1)),
            format!("x = 1,{}1\n", "-".repeat(2 * OPERATORS + 1)),
            format!("x = 1,{}1\n", "not ".repeat(2 * OPERATORS + 1)),
        ] {
            assert!(too_deep(&text).is_some(), "{}", &text[..40]);
            assert!(!cannot_be(&text), "{}", &text[..40]);
        }
    }
}
