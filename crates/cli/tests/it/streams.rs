//! Standard input and output, when they are more than files.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use crate::support::{Ended, Place, end, lines, noise, until, wait};

/// The number of the signal that a write to a closed pipe raises.
const SIGPIPE: i32 = 13;

#[test]
fn pipes_of_any_rhythm() {
    let place = Place::new();
    let plain = lines(200_000);
    let mut child = place
        .command("pigz", ["-n"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = plain.clone();
    let writer = std::thread::spawn(move || {
        for piece in input.chunks(997) {
            stdin.write_all(piece).unwrap();
        }
    });
    let slow = wait(child).quietly(0);
    writer.join().unwrap();
    assert_eq!(slow, place.run_with("pigz -n", &plain).quietly(0));
    assert_eq!(place.run_with("unpigz", &slow).quietly(0), plain);
}

#[test]
fn output_appears_while_the_input_stays_open() {
    let place = Place::new();
    // Decoding can begin at 1, 9 and 17 MiB: what is before the last one does not wait for the end.
    let file = place.run_with("gzip -1", &noise(18 << 20, 5)).quietly(0);
    let mut child = place
        .command("zcat", ["-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (front, rest) = file.split_at(file.len() - 100);
    let (front, rest) = (front.to_vec(), rest.to_vec());
    let (go_on, wait_for_it) = std::sync::mpsc::channel();
    let writer = std::thread::spawn(move || {
        stdin.write_all(&front).unwrap();
        wait_for_it.recv().unwrap();
        stdin.write_all(&rest).unwrap();
    });
    let mut beginning = vec![0; 1 << 20];
    stdout.read_exact(&mut beginning).unwrap();
    go_on.send(()).unwrap();
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).unwrap();
    writer.join().unwrap();
    assert_eq!(beginning.len() + rest.len(), 18 << 20);
    wait(child).quietly(0);
}

#[test]
fn a_full_device() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    let place = Place::new();
    place.write("a", lines(3 << 20));
    place.run("gzip -k a").quietly(0);
    for (program, arguments) in [
        ("gzip", vec!["-c", "a"]),
        ("gzip", vec!["-l", "a.gz"]),
        ("zcat", vec!["a.gz", "a.gz"]),
    ] {
        let mut command = place.command(program, arguments);
        command.stdout(Stdio::from(full.try_clone().unwrap()));
        let message = format!("{program}: stdout: No space left on device\n");
        wait(command.spawn().unwrap()).saying(1, &message);
    }
    assert_eq!(place.names(), ["a", "a.gz"]);
}

/// Runs `script` in a shell that has the program as `$gzip`.
#[track_caller]
fn shell(place: &Place, script: &str) -> Ended {
    let mut command = place.prepare("/bin/sh".as_ref(), ["-c", script]);
    wait(command.env("gzip", place.binary("gzip")).spawn().unwrap())
}

#[test]
fn a_full_device_is_noticed_before_more_input_comes() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    let place = Place::new();
    let plain = noise(6 << 20, 8);
    let packed = place.run_with("gzip -1", &plain).quietly(0);
    for (arguments, input) in [
        (["-c1", "-p1"], &plain),
        (["-c1", "-p2"], &plain),
        (["-dc", "-p1"], &packed),
    ] {
        let mut command = place.command("gzip", arguments);
        command.stdout(Stdio::from(full.try_clone().unwrap()));
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // It ends while this is being written, which is no error here, or behind it.
        let _ = stdin.write_all(&input[..4 << 20]);
        wait(child).saying(1, "gzip: stdout: No space left on device\n");
    }
}

#[test]
fn a_reader_that_has_gone_is_noticed_before_more_input_comes() {
    let place = Place::new();
    let plain = noise(6 << 20, 8);
    for threads in ["-p1", "-p2"] {
        let mut command = place.command("gzip", ["-c1", threads]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(&plain[..4 << 20]);
        wait(child).killed_by(SIGPIPE);
    }
}

#[test]
fn a_broken_pipe_that_is_ignored_is_an_error() {
    let place = Place::new();
    place.write("a", noise(3 << 20, 8));
    place.run("gzip -1k a").quietly(0);
    for arguments in ["-c a", "-dc a.gz", "--range 1:2M a.gz"] {
        let script = format!("trap '' PIPE; {{ $gzip {arguments}; echo $? >&2; }} | :");
        let said = shell(&place, &script).stderr;
        assert_eq!(said, "gzip: stdout: Broken pipe\n1\n", "{arguments}");
        let script = format!("{{ $gzip {arguments}; echo $? >&2; }} | :");
        assert_eq!(shell(&place, &script).stderr, "141\n", "{arguments}");
    }
}

#[test]
fn streams_that_are_closed() {
    let place = Place::new();
    place.write("a", "text");
    place.run("gzip -k a").quietly(0);
    let names = place.names();
    for arguments in [
        "-c a",
        "-dc a.gz",
        "-l a.gz",
        "-dc a.gz a.gz",
        "--range 0:1 a.gz",
    ] {
        let script = format!("$gzip {arguments} >&-");
        shell(&place, &script).saying(1, "gzip: stdout: Bad file descriptor\n");
    }
    assert_eq!(shell(&place, "$gzip -h >&-").status.code(), Some(1));
    for arguments in ["", "-d", "-t", "-l"] {
        let script = format!("$gzip {arguments} <&-");
        shell(&place, &script).saying(1, "gzip: stdin: Bad file descriptor\n");
    }
    assert_eq!(place.names(), names);
    // Where nothing goes through them they may be closed, or lead to nowhere in any way.
    shell(&place, "$gzip -t a.gz <&- >&-").quietly(0);
    shell(&place, "$gzip -f a <&- >&-").quietly(0);
    shell(&place, "$gzip -dc a.gz >/dev/null").quietly(0);
    shell(&place, "$gzip -dc a.gz 1<>/dev/null").quietly(0);
}

#[test]
fn a_file_that_may_not_grow() {
    let place = Place::new();
    let plain = noise(4 << 20, 9);
    place.write("a", &plain);
    let gzip = place.binary("gzip");
    let script = format!("ulimit -f 100; exec {} \"$@\"", gzip.display());
    let mut command = place.prepare("/bin/sh".as_ref(), ["-c", &script, "sh", "a"]);
    end(&mut command, b"").saying(1, "gzip: a.gz: File too large\n");
    assert_eq!(place.names(), ["a"]);
    assert!(place.read("a") == plain);
}

#[test]
fn a_reader_that_goes_away() {
    let place = Place::new();
    place.write("a", noise(16 << 20, 2));
    place.run("gzip -1k a").quietly(0);
    for (program, arguments) in [
        ("gzip", vec!["-c", "a"]),
        ("zcat", vec!["a.gz"]),
        ("gzip", vec!["--range", "1M:10M", "a.gz"]),
    ] {
        for threads in ["-p1", "-p2"] {
            let arguments = arguments.iter().copied().chain([threads]);
            let mut child = place.command(program, arguments).spawn().unwrap();
            let mut stdout = child.stdout.take().unwrap();
            stdout.read_exact(&mut [0]).unwrap();
            drop(stdout);
            wait(child).killed_by(SIGPIPE);
        }
    }
    assert_eq!(place.names(), ["a", "a.gz"]);
}

#[test]
fn an_input_that_is_a_folder() {
    let place = Place::new();
    let mut command = place.command("gzip", ["-c"]);
    command.stdin(Stdio::from(File::open(place.path("")).unwrap()));
    wait(command.spawn().unwrap()).saying(1, "gzip: stdin: Is a directory\n");
}

#[test]
fn an_input_that_is_a_named_pipe() {
    let place = Place::new();
    let path = place.path("pipe");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
    let child = place.command("gzip", ["-cn", "pipe"]).spawn().unwrap();
    let mut pipe = None;
    until("the pipe is open", || {
        pipe = OpenOptions::new().write(true).open(&path).ok();
        pipe.is_some()
    });
    pipe.take().unwrap().write_all(b"text").unwrap();
    let packed = wait(child).quietly(0);
    assert_eq!(place.run_with("zcat", &packed).quietly(0), b"text");
}
