//! What a function does, from its bytes: its calls and what it touches, each with where it stands.

use super::super::facts::{Care, Use};
use super::super::name::Name;
use super::node::Local;
use super::positions::{Cursor, Position};
use super::read::Reader;
use super::{Argument, Call, Nth, Touch, WHOLE};

impl<'f> Reader<'f> {
    /// The calls of a function, of which what stands behind its names begins here, and its touches.
    pub(super) fn doing(mut self) -> Option<(Self, Self)> {
        self.size()?;
        self.byte()?;
        // Decorators, parameters, what it returns and yields, and of which type.
        for _ in 0..4 {
            self.sized()?;
        }
        self.option(Self::sized)?;
        let (calls, touches) = (self.sized()?, self.sized()?);
        Some((self.at(calls), self.at(touches)))
    }

    /// Has each of many calls looked at.
    pub(super) fn each_call(
        mut self,
        mut positions: Cursor<'f>,
        mut look: impl FnMut(&Call<'f>),
    ) -> Option<()> {
        let mut room = Call::blank();
        for before in 0..self.number()? {
            room.place = Nth { at: self.here()?, before };
            self.call_into(&mut room)?;
            (room.line, room.column) = positions.place()?;
            look(&room);
        }
        Some(())
    }

    /// The call that stands here, but for its line and column.
    pub(super) fn bare_call(mut self, place: Nth) -> Option<Call<'f>> {
        let mut call = Call { place, ..Call::blank() };
        self.call_into(&mut call)?;
        Some(call)
    }

    /// The call that stands here.
    pub(super) fn call(self, mut positions: Cursor<'f>, place: Nth) -> Option<Call<'f>> {
        let mut call = self.bare_call(place)?;
        for _ in 0..place.before {
            positions.place()?;
        }
        (call.line, call.column) = positions.place()?;
        Some(call)
    }

    /// The touches of wanted names. Their positions stand behind those of the calls, and few are
    /// wanted, so the way there is gone when one of them is.
    pub(super) fn each_touch(
        mut self,
        calls: Self,
        mut positions: Cursor<'f>,
        wanted: impl Fn(Name) -> bool,
    ) -> Option<impl Iterator<Item = Touch>> {
        let (count, mut lines) = (self.size()?, None);
        let mut line = move |touch: usize| {
            let (passed, last) = match &mut lines {
                Some(lines) => lines,
                None => {
                    calls.positions(&mut positions, |_| {})?;
                    lines.insert((0, 0))
                }
            };
            while *passed <= touch {
                (*passed, *last) = (*passed + 1, positions.line()?);
            }
            Some(*last)
        };
        let next = move |touch| {
            let (name, receiver) = (self.name().expect(WHOLE), self.sized().expect(WHOLE));
            wanted(name).then(|| Touch { name, line: line(touch).expect(WHOLE), receiver })
        };
        Some((0..count).filter_map(next))
    }

    /// The lines of touches, which are not looked at; `positions` stands behind those of the calls.
    pub(super) fn lines(
        mut self,
        mut positions: Cursor<'f>,
    ) -> Option<impl Iterator<Item = u32> + use<'f>> {
        let count = self.size()?;
        Some((0..count).map(move |_| positions.line().expect(WHOLE)))
    }

    /// The positions of calls, which are not looked at.
    pub(super) fn positions(
        mut self,
        positions: &mut Cursor<'f>,
        mut each: impl FnMut(Position),
    ) -> Option<()> {
        for _ in 0..self.size()? {
            let (line, column) = positions.place()?;
            each(Position { line, column: Some(column) });
        }
        Some(())
    }

    fn call_into(&mut self, call: &mut Call<'f>) -> Option<()> {
        call.callee = self.sized()?;
        call.alias = self.option(Self::name)?;
        let flags = self.byte()?;
        call.used = match flags & 3 {
            0 => Use::Value,
            1 => Use::Awaited,
            2 => Use::Streamed,
            _ => Use::AwaitedLater,
        };
        call.care =
            (flags & 4 != 0).then_some(Care { bounded: flags & 8 != 0, caught: flags & 16 != 0 });
        call.arguments.clear();
        for _ in 0..self.size()? {
            let flags = self.byte()?;
            let keyword = if flags & 1 != 0 { Some(self.name()?) } else { None };
            let written = if flags & 2 != 0 { Some(self.text()?) } else { None };
            call.arguments.push(Argument { keyword, value: self.sized()?, written });
        }
        call.guards.clear();
        for _ in 0..self.size()? {
            call.guards.push(Local(self.number()?));
        }
        Some(())
    }
}
