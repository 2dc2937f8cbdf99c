//! The kinds of tokens, in an order that makes groups of them ranges.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    // These start an expression.
    Name,
    Number,
    Str,
    Bytes,
    /// The start of an f-string, up to its quotes.
    Format,
    True,
    False,
    None,
    Ellipsis,
    LeftParen,
    LeftBracket,
    LeftBrace,
    Tilde,
    Lambda,
    Await,
    Yield,
    // These do, and stand between operands too.
    Not,
    Star,
    Plus,
    Minus,
    // These stand between operands.
    Or,
    And,
    In,
    Is,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    At,
    Slash,
    Percent,
    DoubleSlash,
    DoubleStar,
    // Neither.
    RightParen,
    RightBracket,
    RightBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Arrow,
    Equal,
    Walrus,
    /// `+=` and its kin.
    Augmented,
    Exclamation,
    Newline,
    Indent,
    Dedent,
    End,
    As,
    Assert,
    Async,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    Nonlocal,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
}

/// How tightly operators bind, from `or` on.
pub(super) mod binds {
    pub(in super::super) const NOTHING: u8 = 0;
    pub(in super::super) const OR: u8 = 1;
    pub(in super::super) const AND: u8 = 2;
    pub(in super::super) const NOT: u8 = 3;
    pub(in super::super) const COMPARE: u8 = 4;
    pub(in super::super) const BIT_OR: u8 = 5;
    pub(in super::super) const BIT_XOR: u8 = 6;
    pub(in super::super) const BIT_AND: u8 = 7;
    pub(in super::super) const SHIFT: u8 = 8;
    pub(in super::super) const SUM: u8 = 9;
    pub(in super::super) const PRODUCT: u8 = 10;
    pub(in super::super) const SIGN: u8 = 11;
    pub(in super::super) const POWER: u8 = 12;
    pub(in super::super) const AWAIT: u8 = 13;
}

const FIRST_OPERATOR: u8 = Kind::Not as u8;

/// From `Kind::Not` on.
const BINDS: [u8; 18] = [
    binds::COMPARE,
    binds::PRODUCT,
    binds::SUM,
    binds::SUM,
    binds::OR,
    binds::AND,
    binds::COMPARE,
    binds::COMPARE,
    binds::COMPARE,
    binds::BIT_OR,
    binds::BIT_XOR,
    binds::BIT_AND,
    binds::SHIFT,
    binds::PRODUCT,
    binds::PRODUCT,
    binds::PRODUCT,
    binds::PRODUCT,
    binds::POWER,
];

impl Kind {
    /// Whether an expression can start with it.
    pub(super) fn starts_expression(self) -> bool {
        self as u8 <= Self::Minus as u8
    }

    /// How tightly it binds as an operator between operands; nothing for what is none.
    pub(super) fn binds(self) -> u8 {
        let place = (self as u8).wrapping_sub(FIRST_OPERATOR);
        BINDS.get(usize::from(place)).copied().unwrap_or(binds::NOTHING)
    }
}
