//! One part of a matrix, for machines that share the work without talking to each other.
//!
//! Which part a site belongs to is decided by a hash of what it is: its file, its function, what it
//! offloads. Lines that move, and sites that come and go elsewhere, send it nowhere else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::OffloadSite;

/// Part `number` of `of`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    /// From 1.
    pub number: u32,
    /// How many there are, at least 1.
    pub of: u32,
}

impl Shard {
    /// Whether a site is this part's. Every site is exactly one part's.
    pub fn has(self, site: &OffloadSite) -> bool {
        let callee: Vec<&str> = site.callee.split_whitespace().collect();
        let at = &site.location;
        self.has_key(&[&at.path, &at.function, &callee.join(" ")])
    }

    fn has_key(self, key: &[&str; 3]) -> bool {
        let hash = Sha256::digest(key.join("\0"));
        let first = hash.iter().take(8).fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        first % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no shard: write K/N with K from 1 to N, `2/4`");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) = (number.parse().ok(), of.parse().ok());
        match (number, of) {
            (Some(number), Some(of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shard_is_written_as_it_is_read_and_nothing_else_is_one() {
        assert_eq!("2/4".parse::<Shard>().unwrap(), Shard { number: 2, of: 4 });
        assert_eq!(serde_json::to_string(&Shard { number: 1, of: 1 }).unwrap(), "\"1/1\"");
        for text in ["", "1", "0/2", "3/2", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert_eq!(
                text.parse::<Shard>().unwrap_err(),
                format!("`{text}` is no shard: write K/N with K from 1 to N, `2/4`")
            );
        }
    }

    /// The numbers are part of what machines of different versions agree on.
    #[test]
    fn key_goes_to_one_part_and_always_to_the_same() {
        let key = |name: &str| ["app/store.py".to_owned(), name.to_owned(), "os.stat".to_owned()];
        let part = |name: &str, of| {
            let key = key(name);
            let key = [key[0].as_str(), key[1].as_str(), key[2].as_str()];
            let parts: Vec<u32> =
                (1..=of).filter(|&number| Shard { number, of }.has_key(&key)).collect();
            assert_eq!(parts.len(), 1, "{name} of {of}");
            parts[0]
        };
        let parts: Vec<u32> = ["a", "b", "c", "d", "e", "f"].map(|name| part(name, 3)).into();
        assert_eq!(parts, PARTS);
        assert_eq!(part("a", 1), 1);
    }

    const PARTS: [u32; 6] = [1, 1, 2, 3, 3, 1];
}
