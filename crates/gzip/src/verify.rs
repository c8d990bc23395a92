//! Comparing the members with their trailers.

use crate::Error;
use crate::checksum::Checksum;
use crate::machine::MemberEnd;

/// Follows the members of a file in order.
#[derive(Debug, Default)]
pub(crate) struct Verifier {
    /// Members that have begun.
    member: u64,
    /// What is known of the data of the member at hand.
    data: Data,
}

#[derive(Debug, Default)]
enum Data {
    #[default]
    Empty,
    Whole(Checksum),
    /// The beginning was passed over: there is nothing to compare.
    Part,
}

impl Verifier {
    /// Begins behind so many members.
    pub(crate) fn behind(members: u64) -> Self {
        Self {
            member: members,
            data: Data::Empty,
        }
    }

    /// Begins in the middle of that member.
    pub(crate) fn within(member: u64) -> Self {
        Self {
            member,
            data: Data::Part,
        }
    }

    /// Returns how many members have begun.
    pub(crate) fn members(&self) -> u64 {
        self.member
    }

    pub(crate) fn begin_member(&mut self) {
        self.member += 1;
        self.data = Data::Empty;
    }

    /// Adds data of the member.
    pub(crate) fn add(&mut self, data: Checksum) {
        match &mut self.data {
            Data::Empty => self.data = Data::Whole(data),
            Data::Whole(sum) => sum.append(&data),
            Data::Part => {}
        }
    }

    /// Compares the data with the trailer; returns what the data is, when it was seen as a whole.
    ///
    /// # Errors
    /// [`Error::Checksum`] and [`Error::Length`].
    pub(crate) fn end_member(&mut self, end: &MemberEnd) -> Result<Option<Checksum>, Error> {
        let member = self.member;
        let sum = match std::mem::take(&mut self.data) {
            Data::Empty => Checksum::empty(end.format),
            Data::Whole(sum) => sum,
            Data::Part => return Ok(None),
        };
        if let Some(expected) = end.checksum()
            && expected != sum.value()
        {
            let (offset, found) = (end.offset, sum.value());
            return Err(Error::Checksum {
                member,
                offset,
                expected,
                found,
            });
        }
        if let Some(expected) = end.length()
            && expected != sum.length() as u32
        {
            let (offset, found) = (end.offset + 4, sum.length());
            return Err(Error::Length {
                member,
                offset,
                expected,
                found,
            });
        }
        Ok(Some(sum))
    }
}
