//! What happens in the middle of the work.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Place, until, wait};

/// Starts on a file that takes far too long to compress, and waits until some output is there.
fn start(place: &Place, mut command: Command) -> std::process::Child {
    let child = command.spawn().unwrap();
    until("output is being written", || {
        fs::read_dir(place.path("")).unwrap().any(|entry| {
            let entry = entry.unwrap();
            entry.file_name() != "huge" && entry.metadata().is_ok_and(|file| file.len() > 0)
        })
    });
    child
}

/// Makes a file of 8 TiB of zeros that takes no space.
fn huge(place: &Place) {
    File::create(place.path("huge"))
        .unwrap()
        .set_len(8 << 40)
        .unwrap();
}

#[test]
fn no_partial_file_stays_and_the_original_does() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        for threads in ["-p1", "-p2"] {
            let place = Place::new();
            huge(&place);
            let child = start(&place, place.command("gzip", ["-1", threads, "huge"]));
            kill_process(Pid::from_child(&child), signal).unwrap();
            wait(child).killed_by(signal.as_raw());
            assert_eq!(place.names(), ["huge"]);
            assert_eq!(fs::metadata(place.path("huge")).unwrap().len(), 8 << 40);
        }
    }
}

#[test]
fn a_file_that_was_there_before_stays() {
    let place = Place::new();
    huge(&place);
    fs::create_dir(place.path("d")).unwrap();
    place.write("huge.gz", "before");
    let mut command = place.command("gzip", ["-1f", "huge"]);
    let child = command.spawn().unwrap();
    until("output is being written", || {
        place
            .names()
            .iter()
            .any(|name| name.as_encoded_bytes().starts_with(b".blockyard-"))
    });
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    wait(child).killed_by(Signal::TERM.as_raw());
    assert_eq!(place.names(), ["d", "huge", "huge.gz"]);
    assert_eq!(place.read("huge.gz"), b"before");
}

#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let place = Place::new();
    huge(&place);
    let gzip = place.binary("gzip");
    let script = format!("trap '' HUP; exec {} -1 huge", gzip.display());
    let child = start(&place, place.prepare("/bin/sh".as_ref(), ["-c", &script]));
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::HUP).unwrap();
    // It goes on: the output grows by what the next blocks add.
    let written = || {
        let sizes = place.names().into_iter().filter(|name| name != "huge");
        sizes
            .filter_map(|name| fs::metadata(place.path(name)).ok())
            .map(|file| file.len())
            .sum()
    };
    let before: u64 = written();
    until("more output is written", || written() > before);
    kill_process(pid, Signal::TERM).unwrap();
    wait(child).killed_by(Signal::TERM.as_raw());
    assert_eq!(place.names(), ["huge"]);
}

#[test]
fn a_file_that_shrinks_meanwhile_is_kept() {
    let place = Place::new();
    huge(&place);
    let child = start(&place, place.command("gzip", ["-1", "huge"]));
    File::options()
        .write(true)
        .open(place.path("huge"))
        .unwrap()
        .set_len(1000)
        .unwrap();
    wait(child).saying(2, "gzip: huge: file size changed while zipping; kept\n");
    assert_eq!(place.names(), ["huge", "huge.gz"]);
    place.run("gzip -t huge.gz").quietly(0);
}

#[test]
fn a_pipe_that_stays_open() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let place = Place::new();
        let mut command = place.command("gzip", ["-c1"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let plain = crate::support::noise(4 << 20, 4);
        std::io::Write::write_all(&mut stdin, &plain[..1 << 20]).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        wait(child).killed_by(signal.as_raw());
        assert_eq!(place.names(), [""; 0]);
    }
}
