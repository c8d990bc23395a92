//! What is left when make is stopped in the middle.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::{fails, run, sorted_lines};
use crate::support::{Place, until, wait};

/// Starts to make `out.zs` of an input that does not end, and waits until there are blocks in the file.
fn start(place: &Place, options: &str) -> (Child, ChildStdin) {
    let line = format!("make --codec=none --approx-block-size=50000 {options} {{}} - out.zs");
    let mut command = place.command("zs", line.split_whitespace());
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(sorted_lines(50_000).as_bytes()).unwrap();
    until("blocks are written", || {
        let files = place.names().into_iter().map(|name| place.path(name));
        files
            .filter_map(|path| fs::metadata(path).ok())
            .any(|file| file.len() > 100_000)
    });
    (child, stdin)
}

#[test]
fn an_interrupt_ends_at_once_and_leaves_nothing() {
    let place = Place::new();
    let (child, _stdin) = start(&place, "");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = wait(child);
    assert_eq!(ended.status.code(), Some(1));
    let said = "zs: Opening new ZS file: out.zs\nzs: Reading input file: stdin\nzs: interrupted\n";
    assert_eq!(ended.stderr, said);
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn other_signals_leave_nothing_either() {
    for signal in [Signal::TERM, Signal::HUP] {
        let place = Place::new();
        let (child, _stdin) = start(&place, "-j2");
        kill_process(Pid::from_child(&child), signal).unwrap();
        let ended = wait(child);
        let found = std::os::unix::process::ExitStatusExt::signal(&ended.status);
        assert_eq!(found, Some(signal.as_raw()));
        assert_eq!(place.names(), [""; 0]);
    }
}

#[test]
fn sorting_can_be_interrupted() {
    let place = Place::new();
    let mut command = place.command("zs", ["make", "--sort", "--memory=4M", "{}", "-", "out.zs"]);
    command.env_remove("TMPDIR");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than fits into the pipe and memory, so that some of it is in the temporary file.
    stdin.write_all(sorted_lines(600_000).as_bytes()).unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = wait(child);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stderr.ends_with("zs: interrupted\n"), "{ended:?}");
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_killed_make_leaves_nothing_that_is_taken_for_a_file() {
    let place = Place::new();
    let (child, _stdin) = start(&place, "");
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    wait(child);
    let names = place.names();
    let [name] = names.as_slice() else {
        panic!("{names:?}")
    };
    let name = name.to_str().unwrap();
    assert!(name.starts_with(".blockyard-"), "{name}");
    for command in ["info", "dump", "validate"] {
        let ended = run(&place, &format!("{command} {name}"));
        fails(
            &ended,
            1,
            "looks like this ZS file was only partially written",
        );
    }
}

#[test]
fn a_partial_file_is_kept_where_that_is_asked_for() {
    let place = Place::new();
    let (child, _stdin) = start(&place, "--keep-partial");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(wait(child).status.code(), Some(1));
    assert_eq!(place.names(), ["out.zs"]);
    fails(&run(&place, "dump out.zs"), 1, "only partially written");
}

#[test]
fn a_dump_is_interrupted() {
    let place = Place::new();
    super::make(&place, "t.zs", sorted_lines(300_000), "--codec=deflate -z1");
    let child = place.command("zs", ["dump", "t.zs"]).spawn().unwrap();
    // Nobody takes what it prints, so it cannot end by itself.
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = wait(child);
    assert!(
        ended.status.code() == Some(1) && ended.stderr == "zs: interrupted\n"
            // The signal came before the program was there to see it.
            || std::os::unix::process::ExitStatusExt::signal(&ended.status) == Some(2),
        "{ended:?}"
    );
}
