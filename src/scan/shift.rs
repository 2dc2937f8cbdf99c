//! Where things that stood somewhere in a file stand now that it was edited, by the facts of both.
//!
//! A file that says the same says it in the same order, so its positions and those of before are
//! pairs. What linking makes of positions are comparisons within one file and nothing else: of lines
//! (steps into what stands in for a function are sorted by theirs), and of lines with columns
//! (findings and warnings are sorted by theirs, and of equal ones that follow each other one is left).
//! Positions that are equal or in order in one file and are so in the other, everywhere, give the same
//! word in every comparison. So linking does the same, step by step, and comes to the same, in the
//! same order, with other positions; whatever else an edit does to positions gives no [`Shift`].

use super::packed::{File, Names, Position};

/// Line and column.
type Spot = (u32, u32);

/// How things moved in one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shift {
    lines: Vec<(u32, u32)>,
    spots: Vec<(Spot, Spot)>,
}

impl Shift {
    /// How things moved between two files with these facts; none where it matters how they did, or
    /// where they do not say the same.
    pub(super) fn between(then: &[u8], now: &[u8]) -> Option<Self> {
        // No name is looked at, so it is all the same what their numbers mean.
        let positions = |bytes| Some(File::open("", bytes, &Names::Own)?.positions());
        Self::of(&positions(then)?, &positions(now)?)
    }

    fn of(then: &[Position], now: &[Position]) -> Option<Self> {
        if then.len() != now.len() {
            return None;
        }
        let pairs = || then.iter().zip(now);
        let lines = pairs().map(|(then, now)| (then.line, now.line)).collect();
        let spot = |position: &Position| Some((position.line, position.column?));
        let spots = pairs().filter_map(|(then, now)| Some((spot(then)?, spot(now)?))).collect();
        Some(Self { lines: in_order(lines)?, spots: in_order(spots)? })
    }

    /// Where a line is now; none where nothing stood there.
    pub(super) fn line(&self, line: usize) -> Option<usize> {
        found(&self.lines, u32::try_from(line).ok()?).map(|now| now as usize)
    }

    /// Where a line and a column are now; none where nothing stood there.
    pub(super) fn spot(&self, line: usize, column: usize) -> Option<(usize, usize)> {
        let then = (u32::try_from(line).ok()?, u32::try_from(column).ok()?);
        found(&self.spots, then).map(|(line, column)| (line as usize, column as usize))
    }
}

/// Each pair once, where what is equal or in order on one side is so on the other.
fn in_order<T: Ord + Copy>(mut pairs: Vec<(T, T)>) -> Option<Vec<(T, T)>> {
    pairs.sort_unstable();
    pairs.dedup();
    let goes_on = |(then, now): &(T, T), (next, next_now): &(T, T)| then < next && now < next_now;
    pairs.is_sorted_by(goes_on).then_some(pairs)
}

fn found<T: Ord + Copy>(pairs: &[(T, T)], then: T) -> Option<T> {
    let at = pairs.binary_search_by_key(&then, |(then, _)| *then).ok()?;
    Some(pairs[at].1)
}

#[cfg(test)]
mod tests {
    use super::super::packed::Position;
    use super::Shift;

    /// Lines and columns; a column of 0 is none.
    fn shift(then: &[(u32, u32)], now: &[(u32, u32)]) -> Option<Shift> {
        let positions = |all: &[(u32, u32)]| -> Vec<Position> {
            all.iter()
                .map(|&(line, column)| Position { line, column: (column > 0).then_some(column) })
                .collect()
        };
        Shift::of(&positions(then), &positions(now))
    }

    #[test]
    fn what_stood_on_one_line_stands_on_one_line() {
        let shift = shift(&[(3, 5), (3, 1), (9, 2), (3, 0)], &[(4, 7), (4, 1), (20, 2), (4, 0)]);
        let shift = shift.unwrap();
        assert_eq!((shift.spot(3, 5), shift.spot(9, 2)), (Some((4, 7)), Some((20, 2))));
        assert_eq!((shift.line(3), shift.line(9)), (Some(4), Some(20)));
        assert_eq!((shift.line(4), shift.spot(3, 2)), (None, None), "nothing stood there");
    }

    #[test]
    fn moves_that_change_an_order_or_an_equality_are_none() {
        assert_eq!(shift(&[(1, 1), (2, 1)], &[(2, 1), (1, 1)]), None, "lines changed places");
        assert_eq!(shift(&[(1, 1), (2, 1)], &[(5, 1), (5, 9)]), None, "two lines became one");
        assert_eq!(shift(&[(5, 1), (5, 9)], &[(1, 1), (2, 1)]), None, "one line became two");
        assert_eq!(shift(&[(5, 1), (5, 0)], &[(1, 1), (2, 0)]), None, "so did one with a touch");
        assert_eq!(shift(&[(1, 1), (1, 9)], &[(1, 9), (1, 1)]), None, "columns changed places");
        assert_eq!(shift(&[(1, 1), (1, 9)], &[(1, 1), (1, 1)]), None, "two columns became one");
        assert_eq!(shift(&[(1, 1), (1, 1)], &[(1, 1), (1, 9)]), None, "one column became two");
        assert_eq!(shift(&[(1, 1)], &[(1, 1), (2, 1)]), None, "there is more");
    }
}
