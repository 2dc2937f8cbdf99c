//! Eight bytes at a time, in one number, the first one lowest. Every answer is the highest bits of
//! the bytes that it is about.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// Those that do not go on with a name.
#[inline]
pub(super) const fn outside_words(bytes: u64) -> u64 {
    // Sums of seven bits each, so that none is carried into the next byte.
    let low = bytes & !HIGH;
    let lower = low | (0x20 * ONES);
    let letters = (lower + (0x80 - b'a' as u64) * ONES) & !(lower + (0x7f - b'z' as u64) * ONES);
    let digits = (low + (0x80 - b'0' as u64) * ONES) & !(low + (0x7f - b'9' as u64) * ONES);
    let underscores = !others(low, b'_');
    (!(letters | digits | underscores) | bytes) & HIGH
}

/// Those that end a string on one line with this quote, or escape in it.
#[inline]
pub(super) const fn string_stops(bytes: u64, quote: u8) -> u64 {
    !(others(bytes, quote) & others(bytes, b'\\') & others(bytes, b'\n')) & HIGH
}

/// Those that are not this one; lower bits say nothing.
#[inline]
const fn others(bytes: u64, one: u8) -> u64 {
    let differing = bytes ^ (one as u64 * ONES);
    ((differing & !HIGH) + !HIGH) | differing
}

#[cfg(test)]
mod tests {
    use super::{outside_words, string_stops};

    /// What each byte gives, whatever stands beside it.
    fn alone(of: impl Fn(u64) -> u64) -> Vec<u8> {
        let mut found = Vec::new();
        for byte in 0..=255 {
            for beside in [0, b'a', b'_', b'"', 0x7f, 0x80, 0xff] {
                let mut bytes = [beside; 8];
                bytes[3] = byte;
                let bits = of(u64::from_le_bytes(bytes)).to_le_bytes();
                assert!(bits.iter().all(|bits| matches!(bits, 0 | 0x80)));
                let others = of(u64::from_le_bytes([beside; 8])).to_le_bytes();
                assert_eq!((bits[2], bits[4]), (others[2], others[4]));
                if bits[3] != 0 && found.last() != Some(&byte) {
                    found.push(byte);
                }
            }
        }
        found
    }

    #[test]
    fn words_end_where_no_letter_digit_or_underscore_stands() {
        let ends = (0..=255).filter(|byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'_');
        assert_eq!(alone(outside_words), ends.collect::<Vec<u8>>());
    }

    #[test]
    fn strings_stop_at_their_quote_an_escape_and_a_line_end() {
        assert_eq!(alone(|bytes| string_stops(bytes, b'"')), *b"\n\"\\");
        assert_eq!(alone(|bytes| string_stops(bytes, b'\'')), *b"\n'\\");
    }
}
