//! The events of the markdown parser, with a look at the next two.

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter};

type Placed<'a> = (Event<'a>, Range<usize>);

/// Events as they come: a document is not held as a list of them.
pub(super) struct Events<'a> {
    rest: OffsetIter<'a>,
    /// What stands before the rest. Nothing second without a first.
    ahead: [Option<Placed<'a>>; 2],
}

impl<'a> Events<'a> {
    pub(super) fn of(mut rest: OffsetIter<'a>) -> Self {
        let ahead = [rest.next(), rest.next()];
        Self { rest, ahead }
    }

    /// The event that comes next.
    pub(super) fn first(&self) -> Option<&Placed<'a>> {
        self.ahead[0].as_ref()
    }

    /// The event that comes after that.
    pub(super) fn second(&self) -> Option<&Placed<'a>> {
        self.ahead[1].as_ref()
    }

    /// Takes the next event.
    pub(super) fn next(&mut self) -> Option<Placed<'a>> {
        let [first, second] = &mut self.ahead;
        let after = if second.is_some() { self.rest.next() } else { None };
        std::mem::replace(first, std::mem::replace(second, after))
    }
}
