//! A folder to work in, and the programs that work there.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that anything observable may take; only a hang takes so long.
const PATIENCE: Duration = Duration::from_mins(2);

/// A temporary folder with links to the binary beside it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What a program left behind when it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        for name in [
            "gzip",
            "gunzip",
            "zcat",
            "pigz",
            "unpigz",
            "zs",
            "blockyard",
        ] {
            let link = folder.path().join("bin").join(name);
            symlink(env!("CARGO_BIN_EXE_blockyard"), link).unwrap();
        }
        Self { folder }
    }

    /// Returns the path of a file in the working folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Returns the path of the binary under the name `program`.
    pub(crate) fn binary(&self, program: &str) -> PathBuf {
        self.folder.path().join("bin").join(program)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    #[track_caller]
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Returns the names in the working folder, sorted.
    pub(crate) fn names(&self) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(self.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    }

    /// Prepares the binary under the name `program`, in the working folder and without the
    /// variables that the caller's environment may have.
    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        self.prepare(&self.binary(program), arguments)
    }

    /// Prepares any program in the same way.
    pub(crate) fn prepare<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path(""));
        command
            .env_remove("GZIP")
            .env_remove("PIGZ")
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `line`, a program and its arguments between spaces.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Ended {
        self.run_with(line, b"")
    }

    /// Runs `line` with `input` as its standard input.
    #[track_caller]
    pub(crate) fn run_with(&self, line: &str, input: &[u8]) -> Ended {
        let mut words = line.split_whitespace();
        let program = words.next().unwrap();
        end(&mut self.command(program, words), input)
    }
}

/// Runs `command` to its end with `input` as its standard input.
#[track_caller]
pub(crate) fn end(command: &mut Command, input: &[u8]) -> Ended {
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // A program that does not read its input to the end breaks this pipe.
        scope.spawn(move || {
            let _ = stdin.write_all(input);
        });
        wait(child)
    })
}

/// Takes what `child` prints until it ends.
#[track_caller]
pub(crate) fn wait(mut child: Child) -> Ended {
    let collect = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                pipe.read_to_end(&mut bytes).unwrap();
            }
            bytes
        })
    };
    let stdout = collect(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = collect(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let mut status = None;
    until("the program ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    Ended {
        status: status.unwrap(),
        stdout: stdout.join().unwrap(),
        stderr: String::from_utf8_lossy(&stderr.join().unwrap()).into_owned(),
    }
}

/// Looks again and again until `happened`.
#[track_caller]
pub(crate) fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::yield_now();
    }
}

impl Ended {
    /// Checks the exit code and that nothing was printed.
    #[track_caller]
    pub(crate) fn quietly(self, code: i32) -> Vec<u8> {
        assert_eq!((self.status.code(), self.stderr.as_str()), (Some(code), ""));
        self.stdout
    }

    /// Checks the exit code and the messages; a `*` at the end of `stderr` stands for anything.
    #[track_caller]
    pub(crate) fn saying(self, code: i32, stderr: &str) -> Vec<u8> {
        let matches = match stderr.strip_suffix('*') {
            Some(start) => self.stderr.starts_with(start),
            None => self.stderr == stderr,
        };
        let Self {
            status,
            stderr: found,
            stdout,
        } = self;
        assert!(
            matches && status.code() == Some(code),
            "{status}, {found:?}, not {stderr:?}"
        );
        stdout
    }

    /// Checks that the program died by a signal, without a word.
    #[track_caller]
    pub(crate) fn killed_by(&self, signal: i32) {
        assert_eq!(
            (self.status.signal(), self.stderr.as_str()),
            (Some(signal), "")
        );
    }
}

/// Returns the path of a real program; without it a test is skipped with a message, or fails
/// where `BLOCKYARD_REQUIRE_PEERS` is 1.
#[track_caller]
pub(crate) fn peer(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| {
            let ours = fs::canonicalize(path).is_ok_and(|path| path.ends_with("blockyard"));
            path.is_file() && !ours
        });
    if found.is_none() {
        let required =
            std::env::var_os("BLOCKYARD_REQUIRE_PEERS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// Returns `length` bytes of numbered lines, which compress well.
pub(crate) fn lines(length: usize) -> Vec<u8> {
    let mut text: Vec<u8> = (0u64..)
        .flat_map(|number| format!("line {number}\n").into_bytes())
        .take(length)
        .collect();
    text.truncate(length);
    text
}

/// Returns `length` bytes that do not compress, the same for the same `seed`.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    next.take(length).collect()
}
