use std::fmt;
use std::sync::Arc;

use quick_cache::sync::{Cache as QuickCache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::{DataBlock, IndexBlock};

/// Unpacked blocks by their places, within a bound of memory.
pub(super) struct Cache<B>(Option<QuickCache<Place, Arc<B>, Memory>>);

/// Offset and length: what is found under a wrong length would have been an error without the cache.
type Place = (u64, u64);

/// What has a size in memory.
pub(super) trait Measured {
    fn memory(&self) -> usize;
}

impl Measured for IndexBlock {
    fn memory(&self) -> usize {
        IndexBlock::memory(self)
    }
}

impl Measured for DataBlock {
    fn memory(&self) -> usize {
        DataBlock::memory(self)
    }
}

#[derive(Clone)]
struct Memory;

impl<B: Measured> Weighter<Place, Arc<B>> for Memory {
    fn weight(&self, _: &Place, block: &Arc<B>) -> u64 {
        block.memory() as u64
    }
}

impl<B: Measured> Cache<B> {
    /// Makes a cache for blocks that take `capacity` bytes together; for 0 it keeps none.
    pub(super) fn new(capacity: usize) -> Self {
        /// Blocks of common sizes take this much.
        const COMMON: usize = 64 * 1024;

        // One shard, as a block may take a good part of the whole capacity.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(capacity.div_ceil(COMMON))
            .weight_capacity(capacity as u64)
            .build();
        Self(options.ok().filter(|_| capacity > 0).map(|options| {
            QuickCache::with_options(
                options,
                Memory,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            )
        }))
    }

    pub(super) fn get(&self, offset: u64, length: u64) -> Option<Arc<B>> {
        self.0.as_ref()?.get(&(offset, length))
    }

    pub(super) fn insert(&self, offset: u64, length: u64, block: &Arc<B>) {
        if let Some(cache) = &self.0 {
            cache.insert((offset, length), Arc::clone(block));
        }
    }
}

impl<B: Measured> fmt::Debug for Cache<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, QuickCache::weight);
        formatter
            .debug_struct("Cache")
            .field("bytes", &bytes)
            .finish_non_exhaustive()
    }
}
