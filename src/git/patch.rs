//! Reads what `git diff --raw --patch -U0` prints. Lines of content are counted, never looked at,
//! so that no content can pass for a header.

use std::collections::HashMap;
use std::ops::RangeInclusive;

/// One line of the raw part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    /// The kind of file at the base, `000000` where there is none.
    pub old_mode: String,
    /// The kind of file now, `000000` where there is none.
    pub new_mode: String,
    /// `A`, `M`, `D`, `R`, `T` or `U`.
    pub status: char,
    /// The path; at the base, when it was renamed.
    pub path: String,
    /// The path now, when it was renamed.
    pub renamed_to: Option<String>,
}

/// Both parts of a diff: its files, and for each path the lines that were added.
pub(super) fn parse(diff: &[u8]) -> (Vec<Raw>, HashMap<String, Vec<RangeInclusive<usize>>>) {
    let mut raws = Vec::new();
    let mut added: HashMap<String, Vec<RangeInclusive<usize>>> = HashMap::new();
    let mut path: Option<String> = None;
    let mut content = 0;
    for line in diff.split(|&byte| byte == b'\n') {
        if content > 0 {
            // "\ No newline at end of file" comes on top of the counted lines.
            content -= usize::from(!line.starts_with(b"\\"));
            continue;
        }
        if line.starts_with(b":") {
            raws.extend(raw(&String::from_utf8_lossy(line)));
        } else if line.starts_with(b"diff --git ") {
            path = None;
        } else if let Some(name) = line.strip_prefix(b"+++ ") {
            path = unquote(name).strip_prefix("b/").map(str::to_owned);
        } else if line.starts_with(b"@@ ")
            && let Some((removed, first, count)) = hunk(&String::from_utf8_lossy(line))
        {
            content = removed + count;
            if let (Some(path), true) = (&path, count > 0) {
                added.entry(path.clone()).or_default().push(first..=first + count - 1);
            }
        }
    }
    (raws, added)
}

/// ":100644 100644 1234567 89abcde M TAB path", "R087 TAB old TAB new".
fn raw(line: &str) -> Option<Raw> {
    let (meta, paths) = line.strip_prefix(':')?.split_once('\t')?;
    let mut words = meta.split(' ');
    let (old_mode, new_mode) = (words.next()?.to_owned(), words.next()?.to_owned());
    let status = words.nth(2)?.chars().next()?;
    let mut paths = paths.split('\t').map(|path| unquote(path.as_bytes()));
    Some(Raw { old_mode, new_mode, status, path: paths.next()?, renamed_to: paths.next() })
}

/// "@@ -12,3 +14,2 @@ context": how many lines go, where the new ones begin, how many they are.
fn hunk(line: &str) -> Option<(usize, usize, usize)> {
    let mut words = line.split(' ').skip(1);
    let old = words.next()?.strip_prefix('-')?;
    let new = words.next()?.strip_prefix('+')?;
    let count = |range: &str| match range.split_once(',') {
        Some((_, count)) => count.parse().ok(),
        None => Some(1),
    };
    let first = new.split(',').next()?.parse().ok()?;
    Some((count(old)?, first, count(new)?))
}

/// A path as git prints it: in double quotes with C's escapes when it holds control characters,
/// quotes or backslashes, and with a tab behind it in a patch when it holds a space.
fn unquote(name: &[u8]) -> String {
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let Some(inner) = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) else {
        return String::from_utf8_lossy(name).into_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'a') => bytes.push(0x07),
            Some(b'b') => bytes.push(0x08),
            Some(b't') => bytes.push(b'\t'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b'v') => bytes.push(0x0b),
            Some(b'f') => bytes.push(0x0c),
            Some(b'r') => bytes.push(b'\r'),
            Some(first @ b'0'..=b'3') => {
                let digits = [first, rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                bytes.push(digits.iter().fold(0_u8, |value, digit| {
                    value.wrapping_mul(8).wrapping_add(digit.wrapping_sub(b'0'))
                }));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_that_looks_like_a_header_is_content() {
        let diff = b"\
:100644 100644 1111111 2222222 M\ta.py

diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -3 +3,3 @@ def f():
-x
\\ No newline at end of file
+x
++ b/x
+++ b/evil.py
@@ -9,2 +10,0 @@
--- a/evil.py
-y
@@ -20,0 +20 @@
+z
";
        let (raws, added) = parse(diff);
        assert_eq!(raws.len(), 1);
        assert_eq!(added, HashMap::from([("a.py".to_owned(), vec![3..=5, 20..=20])]));
    }

    #[test]
    fn a_quoted_path_is_read_back() {
        assert_eq!(unquote(br#""a\tb\"c\\d\303\274""#), "a\tb\"c\\d\u{fc}");
        assert_eq!(unquote(b"b/with space.py\t"), "b/with space.py");
    }
}
