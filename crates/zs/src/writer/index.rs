use crate::{Entry, Error, Level, append_entry};

/// The index in the making: the entries of each level that are not in a block yet.
///
/// It takes the memory of one index block a level.
#[derive(Debug)]
pub(super) struct IndexBuilder {
    /// Entries for the blocks of level 0, 1, ...
    levels: Vec<Pending>,
    branching_factor: usize,
    /// Payloads do not get larger than this, unless two entries alone are.
    limit: usize,
}

/// Where a block is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u64,
}

#[derive(Debug, Default)]
struct Pending {
    payload: Vec<u8>,
    entries: usize,
    /// The first key.
    key: Vec<u8>,
    /// The block of the last entry.
    last: Place,
}

impl IndexBuilder {
    pub(super) fn new(branching_factor: usize, limit: usize) -> Self {
        Self {
            levels: Vec::new(),
            branching_factor,
            limit,
        }
    }

    /// Adds a data block with its first record; index blocks that are complete now go to `write`.
    pub(super) fn add(
        &mut self,
        key: &[u8],
        place: Place,
        write: &mut impl FnMut(Level, &[u8]) -> Result<Place, Error>,
    ) -> Result<(), Error> {
        self.add_to(0, key, place, write)
    }

    /// Writes what is left, and returns the level and the place of the root; `None` if there are no blocks.
    pub(super) fn finish(
        &mut self,
        write: &mut impl FnMut(Level, &[u8]) -> Result<Place, Error>,
    ) -> Result<Option<(Level, Place)>, Error> {
        loop {
            let Some(level) = self.levels.iter().position(|level| level.entries > 0) else {
                return Ok(None);
            };
            let lowest = &self.levels[level];
            let is_alone = self.levels[level + 1..]
                .iter()
                .all(|level| level.entries == 0);
            if level > 0 && lowest.entries == 1 && is_alone {
                return Ok(Some((Level::new(level as u8), lowest.last)));
            }
            self.flush(level, write)?;
        }
    }

    fn add_to(
        &mut self,
        level: usize,
        key: &[u8],
        place: Place,
        write: &mut impl FnMut(Level, &[u8]) -> Result<Place, Error>,
    ) -> Result<(), Error> {
        if level == self.levels.len() {
            self.levels.push(Pending::default());
        }
        let pending = &self.levels[level];
        if pending.entries >= 2 && pending.payload.len().saturating_add(key.len()) > self.limit {
            self.flush(level, write)?;
        }
        let pending = &mut self.levels[level];
        if pending.entries == 0 {
            pending.key.extend_from_slice(key);
        }
        let Place { offset, length } = place;
        let entry = Entry {
            key,
            offset,
            length,
        };
        append_entry(&entry, &mut pending.payload);
        pending.entries += 1;
        pending.last = place;
        if pending.entries >= self.branching_factor {
            self.flush(level, write)?;
        }
        Ok(())
    }

    /// Writes the entries of a level as a block of the next.
    ///
    /// A block has two entries at least but for the last ones of a file, so that 63 levels are enough.
    fn flush(
        &mut self,
        level: usize,
        write: &mut impl FnMut(Level, &[u8]) -> Result<Place, Error>,
    ) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.levels[level]);
        let place = write(Level::new(level as u8 + 1), &pending.payload)?;
        self.add_to(level + 1, &pending.key, place, write)
    }
}
