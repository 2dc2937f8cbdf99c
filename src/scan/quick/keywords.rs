//! Which short words are keywords, by one multiplication and one comparison.

use super::token::Kind;

/// Spreads the keywords over the seats, each on its own.
const SPREAD: u64 = 0xb57c_8e05_e3c9_b0e1;

const SEATS: usize = 64;

/// Words of at most eight bytes, the first one lowest, that are no names. `match`, `case`, `type`
/// and `lazy` are: where they mean more, the statement looks at its first name.
const KEYWORDS: [(&str, Kind); 35] = [
    ("False", Kind::False),
    ("None", Kind::None),
    ("True", Kind::True),
    ("and", Kind::And),
    ("as", Kind::As),
    ("assert", Kind::Assert),
    ("async", Kind::Async),
    ("await", Kind::Await),
    ("break", Kind::Break),
    ("class", Kind::Class),
    ("continue", Kind::Continue),
    ("def", Kind::Def),
    ("del", Kind::Del),
    ("elif", Kind::Elif),
    ("else", Kind::Else),
    ("except", Kind::Except),
    ("finally", Kind::Finally),
    ("for", Kind::For),
    ("from", Kind::From),
    ("global", Kind::Global),
    ("if", Kind::If),
    ("import", Kind::Import),
    ("in", Kind::In),
    ("is", Kind::Is),
    ("lambda", Kind::Lambda),
    ("nonlocal", Kind::Nonlocal),
    ("not", Kind::Not),
    ("or", Kind::Or),
    ("pass", Kind::Pass),
    ("raise", Kind::Raise),
    ("return", Kind::Return),
    ("try", Kind::Try),
    ("while", Kind::While),
    ("with", Kind::With),
    ("yield", Kind::Yield),
];

static TABLE: [(u64, Kind); SEATS] = table();

const fn table() -> [(u64, Kind); SEATS] {
    let mut table = [(0, Kind::Name); SEATS];
    let mut index = 0;
    while index < KEYWORDS.len() {
        let (text, kind) = KEYWORDS[index];
        let word = packed(text.as_bytes());
        let seat = seat(word);
        assert!(table[seat].0 == 0, "two keywords share a seat");
        table[seat] = (word, kind);
        index += 1;
    }
    table
}

const fn seat(word: u64) -> usize {
    (word.wrapping_mul(SPREAD) >> 58) as usize
}

/// At most eight bytes as one number, the first one lowest.
pub(super) const fn packed(text: &[u8]) -> u64 {
    let mut word = 0;
    let mut index = 0;
    while index < text.len() {
        word |= (text[index] as u64) << (8 * index);
        index += 1;
    }
    word
}

/// What a packed word is.
pub(super) fn kind_of(word: u64) -> Kind {
    let (known, kind) = TABLE[seat(word)];
    if known == word { kind } else { Kind::Name }
}
