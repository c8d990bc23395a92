/// Which records are wanted: those that satisfy all that is given.
///
/// Records are compared byte by byte, and one that another begins with comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The records that are this or come behind it.
    pub start: Option<Vec<u8>>,
    /// The records that come before this.
    pub stop: Option<Vec<u8>>,
    /// The records that begin with this.
    pub prefix: Option<Vec<u8>>,
}

impl Query {
    /// Returns the query for all records.
    pub const fn all() -> Self {
        Self {
            start: None,
            stop: None,
            prefix: None,
        }
    }

    /// Returns the query for the records that begin with `prefix`.
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        Self {
            prefix: Some(prefix.into()),
            ..Self::all()
        }
    }

    /// Returns the query for the records that are `record`, of which there may be several.
    pub fn exact(record: impl Into<Vec<u8>>) -> Self {
        let start = record.into();
        let mut stop = start.clone();
        stop.push(0);
        Self {
            start: Some(start),
            stop: Some(stop),
            prefix: None,
        }
    }

    /// Returns the bounds between which the records are.
    pub fn bounds(&self) -> Bounds {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let start = self.start.as_deref().unwrap_or_default().max(prefix);
        let stop = match (&self.stop, successor(prefix)) {
            (Some(stop), Some(end)) => Some(end.min(stop.clone())),
            (Some(stop), None) => Some(stop.clone()),
            (None, end) => end,
        };
        Bounds {
            start: start.to_vec(),
            stop,
        }
    }
}

/// The records from one bound to before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest record that belongs to it.
    pub start: Vec<u8>,
    /// The smallest record that is too large; `None` when there is none.
    pub stop: Option<Vec<u8>>,
}

impl Bounds {
    /// Returns whether no record is excluded.
    pub fn is_all(&self) -> bool {
        self.start.is_empty() && self.stop.is_none()
    }

    /// Returns whether every record is excluded.
    pub fn is_empty(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| *stop <= self.start)
    }

    /// Returns whether a record belongs to it.
    pub fn contain(&self, record: &[u8]) -> bool {
        record >= self.start.as_slice() && !self.end_before(record)
    }

    /// Returns whether a record, and so every one behind it, is too large.
    pub(crate) fn end_before(&self, record: &[u8]) -> bool {
        self.stop
            .as_ref()
            .is_some_and(|stop| record >= stop.as_slice())
    }
}

/// Returns the smallest record that is behind all those with a prefix; `None` when there is none.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}
