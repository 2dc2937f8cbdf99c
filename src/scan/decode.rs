//! Bytes to text, as the Python tokenizer does it: a byte order mark, a PEP 263 declaration in the
//! first two lines, else UTF-8.

use std::borrow::Cow;

/// Why bytes are not text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    /// One sentence.
    pub message: String,
    /// The line of the first byte that is not text, from 1.
    pub line: usize,
}

/// The text of a Python file.
///
/// # Errors
/// When the bytes are not in the encoding that the file declares, or guard does not know it.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    borrowed(bytes).map(Cow::into_owned)
}

/// The text of a Python file, which mostly stands in its bytes.
pub(super) fn borrowed(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    let (bytes, marked) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let declared = declaration(bytes);
    let (name, line) =
        declared.as_ref().map_or(("utf-8", 1), |(name, line)| (name.as_str(), *line));
    match encoding(name) {
        Some(Encoding::Utf8) => utf8(bytes),
        Some(_) if marked => Err(DecodeError {
            message: format!("a UTF-8 byte order mark, and {name} declared"),
            line,
        }),
        Some(Encoding::Latin1) => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Some(Encoding::Ascii) => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => utf8(bytes),
            Some(at) => Err(DecodeError {
                message: format!("byte 0x{:02x} is not ASCII, which the file declares", bytes[at]),
                line: line_of(bytes, at),
            }),
        },
        Some(Encoding::Other(other)) => {
            let text = other.decode_without_bom_handling_and_without_replacement(bytes);
            text.ok_or_else(|| DecodeError {
                message: format!("it is not {name}, which the file declares"),
                line,
            })
        }
        None => {
            Err(DecodeError { message: format!("unknown or unsupported encoding {name}"), line })
        }
    }
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
    /// Of many bytes, or of another half of the world.
    Other(&'static encoding_rs::Encoding),
}

fn encoding(name: &str) -> Option<Encoding> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf8" | "utf-8-sig" => return Some(Encoding::Utf8),
        "latin1" | "l1" | "cp819" => return Some(Encoding::Latin1),
        "ascii" | "us-ascii" | "646" => return Some(Encoding::Ascii),
        _ => {}
    }
    let is = |base: &str| name == base || name.starts_with(&format!("{base}-"));
    if is("utf-8") {
        Some(Encoding::Utf8)
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        Some(Encoding::Latin1)
    } else {
        // Python's names for what the web calls otherwise.
        let label = match name.as_str() {
            "cp932" | "mskanji" => "shift_jis",
            "cp936" => "gbk",
            "cp949" | "uhc" => "euc-kr",
            "cp950" => "big5",
            other => other,
        };
        let other =
            encoding_rs::Encoding::for_label(label.replace("shift-jis", "shift_jis").as_bytes())?;
        // Python refuses source in which ASCII is not itself.
        other.is_ascii_compatible().then_some(Encoding::Other(other))
    }
}

/// The declared encoding and its line.
fn declaration(bytes: &[u8]) -> Option<(String, usize)> {
    for (index, line) in bytes.split(|&byte| byte == b'\n').take(2).enumerate() {
        let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\x0c' | b'\r');
        let Some(start) = line.iter().position(is_text) else { continue };
        let [b'#', comment @ ..] = &line[start..] else { return None };
        let comment: String = comment.iter().map(|&byte| char::from(byte)).collect();
        if let Some(name) = declared(&comment) {
            return Some((name, index + 1));
        }
    }
    None
}

fn declared(comment: &str) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.find("coding") {
        rest = &rest[at + "coding".len()..];
        let Some(value) = rest.strip_prefix([':', '=']) else { continue };
        let name: String = value
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("byte 0x{:02x} is not UTF-8", bytes[at]);
            Err(DecodeError { message, line: line_of(bytes, at) })
        }
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfx = 1\n").unwrap(), "x = 1\n");
    }

    #[test]
    fn a_declaration_on_the_second_line_counts() {
        let text = decode(b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n").unwrap();
        assert_eq!(text, "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\u{e9}'\n");
    }

    #[test]
    fn a_declaration_after_code_does_not_count() {
        let error = decode(b"x = 1\n# coding: latin-1\ny = '\xe9'\n").unwrap_err();
        assert_eq!((error.to_string().as_str(), error.line), ("byte 0xe9 is not UTF-8", 3));
    }

    #[test]
    fn an_unknown_encoding_is_said() {
        let error = decode(b"# coding: klingon\n").unwrap_err();
        assert_eq!(error.to_string(), "unknown or unsupported encoding klingon");
    }

    #[test]
    fn bytes_outside_of_a_declared_ascii_are_an_error() {
        let error = decode(b"# coding: ascii\n'\xff'\n").unwrap_err();
        assert_eq!(error.line, 2);
    }

    #[test]
    fn encodings_of_many_bytes_are_read_under_pythons_names() {
        for (name, bytes, text) in [
            ("shift_jis", &b"\x83e"[..], "\u{30c6}"),
            ("cp932", b"\x83e", "\u{30c6}"),
            ("gbk", b"\xc4\xe3", "\u{4f60}"),
            ("euc_kr", b"\xb0\xa1", "\u{ac00}"),
            ("cp1252", b"\x80", "\u{20ac}"),
            ("koi8-r", b"\xc1", "\u{430}"),
            ("iso8859-2", b"\xb1", "\u{105}"),
        ] {
            let source = [format!("# coding: {name}\n").as_bytes(), bytes].concat();
            assert_eq!(decode(&source).unwrap(), format!("# coding: {name}\n{text}"));
        }
        let error = decode(b"# coding: euc-jp\n\xff\n").unwrap_err();
        assert_eq!(error.to_string(), "it is not euc-jp, which the file declares");
    }
}
