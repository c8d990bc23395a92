//! The calls of liblzma, behind an interface that cannot be misused.

#![expect(
    unsafe_code,
    reason = "liblzma is C, and only its own interface can begin a stream in the memory of the one before"
)]

use std::ffi::c_void;
use std::{fmt, mem, ptr};

use liblzma_sys as c;

use super::{DICTIONARY, Preset};

/// A stream of liblzma that is begun again and again, and keeps its memory in between.
#[derive(Default)]
pub(super) struct Stream {
    /// In a box, as the library may keep the address of a stream while it is in use.
    raw: Option<Box<c::lzma_stream>>,
}

/// There was no memory for the stream, or the options are not valid.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotBegun;

/// What a call did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) consumed: usize,
    pub(super) produced: usize,
    pub(super) outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    /// The stream goes on.
    More,
    /// The stream is complete.
    End,
    /// The input is not valid, or neither input nor output had anything for the stream to go on with.
    Damaged,
    /// There is no memory.
    OutOfMemory,
}

impl Stream {
    /// Begins an LZMA2 stream of a preset.
    pub(super) fn begin_encoding(&mut self, preset: Preset) -> Result<(), NotBegun> {
        let extreme = if preset.is_extreme() {
            c::LZMA_PRESET_EXTREME
        } else {
            0
        };
        let mut options = preset_options(u32::from(preset.level()) | extreme)?;
        options.dict_size = options.dict_size.min(DICTIONARY);
        self.begin(&mut options, c::lzma_raw_encoder)
    }

    /// Begins to decode an LZMA2 stream.
    pub(super) fn begin_decoding(&mut self) -> Result<(), NotBegun> {
        let mut options = preset_options(0)?;
        options.dict_size = DICTIONARY;
        self.begin(&mut options, c::lzma_raw_decoder)
    }

    fn begin(
        &mut self,
        options: &mut c::lzma_options_lzma,
        start: unsafe extern "C" fn(*mut c::lzma_stream, *const c::lzma_filter) -> c::lzma_ret,
    ) -> Result<(), NotBegun> {
        let filters = [
            c::lzma_filter {
                id: c::LZMA_FILTER_LZMA2,
                options: ptr::from_mut(options).cast::<c_void>(),
            },
            c::lzma_filter {
                id: c::LZMA_VLI_UNKNOWN,
                options: ptr::null_mut(),
            },
        ];
        let raw = self.raw.get_or_insert_with(|| {
            // SAFETY: integers and null pointers are what LZMA_STREAM_INIT consists of.
            Box::new(unsafe { mem::zeroed() })
        });
        // SAFETY: `raw` is as LZMA_STREAM_INIT has it, or was begun before, which liblzma allows and keeps its
        // memory for. The list of filters is ended by LZMA_VLI_UNKNOWN, its options are of the type that the
        // filter wants, and both are read during the call only: there is no preset dictionary.
        let outcome = unsafe { start(&raw mut **raw, filters.as_ptr()) };
        if outcome == c::LZMA_OK {
            Ok(())
        } else {
            Err(NotBegun)
        }
    }

    /// Goes on with a stream whose whole rest is `input`.
    ///
    /// # Panics
    /// If no stream was begun.
    pub(super) fn code(&mut self, input: &[u8], output: &mut [u8]) -> Progress {
        let raw = self.raw.as_mut().expect("a stream was begun");
        raw.next_in = input.as_ptr();
        raw.avail_in = input.len();
        raw.next_out = output.as_mut_ptr();
        raw.avail_out = output.len();
        // SAFETY: the pointers and lengths are those of slices that outlive the call, of which liblzma reads the
        // one and writes the other; `raw` was begun.
        let outcome = unsafe { c::lzma_code(&raw mut **raw, c::LZMA_FINISH) };
        let progress = Progress {
            consumed: input.len() - raw.avail_in,
            produced: output.len() - raw.avail_out,
            outcome: match outcome {
                c::LZMA_OK => Outcome::More,
                c::LZMA_STREAM_END => Outcome::End,
                c::LZMA_MEM_ERROR => Outcome::OutOfMemory,
                _ => Outcome::Damaged,
            },
        };
        (raw.next_in, raw.avail_in) = (ptr::null(), 0);
        (raw.next_out, raw.avail_out) = (ptr::null_mut(), 0);
        progress
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(raw) = &mut self.raw {
            // SAFETY: `raw` is as LZMA_STREAM_INIT has it or was begun, and is not used afterwards.
            unsafe { c::lzma_end(&raw mut **raw) };
        }
    }
}

// SAFETY: the memory behind the pointers belongs to this stream alone, liblzma has no state that depends on
// the thread, and its allocator is the default one (malloc).
unsafe impl Send for Stream {}

// SAFETY: a shared reference gives access to nothing.
unsafe impl Sync for Stream {}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Stream")
            .field("begun", &self.raw.is_some())
            .finish()
    }
}

fn preset_options(preset: u32) -> Result<c::lzma_options_lzma, NotBegun> {
    // SAFETY: integers, enumerations that have a zero, and null pointers.
    let mut options = unsafe { mem::zeroed::<c::lzma_options_lzma>() };
    // SAFETY: the options are a valid place to write to.
    let failed = unsafe { c::lzma_lzma_preset(&raw mut options, preset) };
    if failed == 0 {
        Ok(options)
    } else {
        Err(NotBegun)
    }
}
