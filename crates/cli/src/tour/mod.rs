//! `blockyard tour`: real data through every door, verified and timed.
//!
//! A door takes part with one [`Stop`], in a module of its own and in the list [`STOPS`].

mod gzip;
mod table;
mod tar;
mod zs;

use std::fs;
use std::io::{BufWriter, IntoInnerError, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use blockyard_storage::{AtomicFile, Replace};

use crate::failure::Hint;
use crate::units::{parse_bytes, show_bytes};
use crate::{signals, stdio};

/// Send real data through every door, verify what comes back, and print how fast it was
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the data [default: the sources in Cargo's registry folder]
    folder: Option<PathBuf>,
    /// The folder for the files that the tour makes [default: target/tour where target exists,
    /// else blockyard-tour in the temporary folder]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// The most data to take, such as 64M or 1G
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = parse_limit)]
    limit: u64,
}

/// What every stop starts from.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The data: one tar file.
    pub(crate) tar: PathBuf,
    /// Bytes in it.
    pub(crate) bytes: u64,
    /// Where a stop puts its files.
    pub(crate) folder: PathBuf,
    /// The binary as a shell finds it from here.
    pub(crate) binary: String,
}

/// A door's part in the tour.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The name of the door.
    pub(crate) door: &'static str,
    /// Sends the data through the door and back; a difference is an error.
    pub(crate) run: fn(&Ground) -> anyhow::Result<Vec<Row>>,
}

/// The stops, in their order.
const STOPS: [Stop; 2] = [gzip::STOP, zs::STOP];

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was done.
    pub(crate) stop: String,
    /// Bytes before and after, and the time between; `None` where nothing was packed.
    pub(crate) packed: Option<Packed>,
    /// What was read back and found equal.
    pub(crate) read_back: ReadBack,
    /// The shell commands that do the same.
    pub(crate) commands: Vec<String>,
}

/// What packing did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// Bytes before.
    pub(crate) bytes_in: u64,
    /// Bytes after.
    pub(crate) bytes_out: u64,
    /// Time it took.
    pub(crate) time: Duration,
}

/// What reading back did.
#[derive(Clone, Debug)]
pub(crate) struct ReadBack {
    /// What was read.
    pub(crate) what: String,
    /// Bytes read.
    pub(crate) bytes: u64,
    /// Time it took.
    pub(crate) time: Duration,
}

/// Makes the tour.
///
/// # Errors
/// If there is no data, if a file cannot be written, or if a door gives back something else than
/// what went in.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let source = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => registry()?,
    };
    let folder = match &arguments.into {
        Some(folder) => folder.clone(),
        None => default_folder(),
    };
    make_private(&folder)?;
    signals::watch();
    let ground = gather(&source, folder, arguments.limit)?;
    let mut rows = Vec::new();
    for stop in &STOPS {
        let more = (stop.run)(&ground);
        rows.extend(more.with_context(|| format!("failed at the {} stop", stop.door))?);
    }
    print(&table::render(&rows))
}

fn gather(source: &Path, folder: PathBuf, limit: u64) -> anyhow::Result<Ground> {
    let tar = folder.join("tour.tar");
    let mut output = BufWriter::new(AtomicFile::create(&tar)?);
    let gathered = tar::gather(source, limit, &mut output)
        .with_context(|| format!("failed to gather {}", source.display()))?;
    let file = output.into_inner().map_err(IntoInnerError::into_error);
    file.with_context(|| format!("failed to write {}", tar.display()))?
        .commit(Replace::Yes)?;
    if gathered.files == 0 {
        return Err(Hint::attach(
            anyhow!("failed to find files in {}", source.display()),
            "name a folder with data: blockyard tour DIR",
        ));
    }
    let cut = if gathered.is_cut {
        format!(", as much as --limit {limit} takes")
    } else {
        String::new()
    };
    let left_out = match gathered.skipped {
        0 => String::new(),
        files => format!(" ({files} left out: unreadable, or too long a name)"),
    };
    let text = format!(
        "{} files{left_out}, {}{cut}, from {} in {}\n",
        gathered.files,
        show_bytes(gathered.bytes),
        source.display(),
        tar.display()
    );
    print(&text)?;
    Ok(Ground {
        tar,
        bytes: gathered.bytes,
        folder,
        binary: binary(),
    })
}

/// Returns the folder of the sources that Cargo has fetched.
fn registry() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let folder = home.map(|home| home.join("registry/src"));
    match folder {
        Some(folder) if folder.is_dir() => Ok(folder),
        folder => {
            let folder = folder.unwrap_or_else(|| PathBuf::from("~/.cargo/registry/src"));
            Err(Hint::attach(
                anyhow!(
                    "failed to find Cargo's registry folder {}",
                    folder.display()
                ),
                "name any folder with data: blockyard tour DIR",
            ))
        }
    }
}

fn default_folder() -> PathBuf {
    if Path::new("target").is_dir() {
        PathBuf::from("target/tour")
    } else {
        std::env::temp_dir().join("blockyard-tour")
    }
}

/// Makes `folder`, or checks that nobody else could have put something into it.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.with_context(|| format!("failed to make {}", folder.display()))?;
    let metadata = fs::symlink_metadata(folder)
        .with_context(|| format!("failed to look at {}", folder.display()))?;
    if metadata.is_dir() && metadata.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    bail!(
        "failed to use {}: it is not a folder of yours",
        folder.display()
    )
}

/// Returns this binary as it can be typed here.
fn binary() -> String {
    let Ok(path) = std::env::current_exe() else {
        return "blockyard".to_owned();
    };
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(relative) => quote(&Path::new(".").join(relative)),
        Err(_) => quote(&path),
    }
}

/// Returns `path` as one word of a shell command.
pub(crate) fn quote(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn print(text: &str) -> anyhow::Result<()> {
    let written = stdio::stdout().and_then(|mut stdout| stdout.write_all(text.as_bytes()));
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            signals::die_of_broken_pipe()
        }
        result => result.context("failed to write to standard output"),
    }
}

fn parse_limit(text: &str) -> Result<u64, String> {
    parse_bytes(text, 1).ok_or_else(|| "expected a number of bytes, such as 64M".to_owned())
}
