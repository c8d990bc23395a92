//! What is different when a person sits there.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{Place, noise, wait};

/// Returns the two ends of a new terminal: the person's and the program's.
fn terminal() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = std::ffi::OsString::from_vec(ptsname(&person, Vec::new()).unwrap().into_bytes());
    let program = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (File::from(person), File::from(program))
}

/// Returns the end of the terminal for one stream of a program.
fn end_for(program: &File) -> Stdio {
    Stdio::from(program.try_clone().unwrap())
}

#[test]
fn compressed_data_stays_off_the_terminal() {
    let place = Place::new();
    place.write("a", "text");
    place.run("gzip -k a").quietly(0);
    let (_person, program) = terminal();
    let expect = |mut command: Command, program_name: &str, direction: &str, action: &str| {
        wait(command.spawn().unwrap()).saying(
            1,
            &format!(
                "{program_name}: compressed data not {direction} a terminal. \
                 Use -f to force {action}compression.\nFor help, type: {program_name} -h\n"
            ),
        );
    };
    for arguments in [vec!["-c", "a"], vec![]] {
        let mut command = place.command("gzip", arguments);
        command.stdout(end_for(&program));
        expect(command, "gzip", "written to", "");
    }
    let mut command = place.command("unpigz", ["-c"]);
    command.stdin(end_for(&program));
    expect(command, "unpigz", "read from", "de");

    let mut command = place.command("gzip", ["-cf", "a"]);
    command.stdout(end_for(&program));
    wait(command.spawn().unwrap()).quietly(0);
}

/// Answers the question whether `a.gz` may be overwritten, and returns what it is then.
#[track_caller]
fn answer(answer: &[u8], code: i32, stderr: &str) -> Vec<u8> {
    let place = Place::new();
    place.write("a", "text");
    place.write("a.gz", "before");
    let (mut person, program) = terminal();
    person.write_all(answer).unwrap();
    let mut command = place.command("gzip", ["-k", "a"]);
    command.stdin(end_for(&program));
    wait(command.spawn().unwrap()).saying(code, stderr);
    place.read("a.gz")
}

#[test]
fn a_person_decides_what_is_overwritten() {
    let question = "gzip: a.gz already exists; do you wish to overwrite (y or n)? ";
    assert_ne!(answer(b"y\n", 0, question), b"before");
    let refused = format!("{question}gzip: a.gz already exists;\tnot overwritten\n");
    for no in [b"n\n".as_slice(), b"\n", b"maybe\n"] {
        assert_eq!(answer(no, 2, &refused), b"before");
    }
}

#[test]
fn a_bar_is_drawn_and_erased() {
    let place = Place::new();
    let (mut person, program) = terminal();
    let mut command = place.command("gzip", ["-c"]);
    command.env("TERM", "xterm");
    command.stdin(Stdio::piped()).stderr(end_for(&program));
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    stdin.write_all(&noise(1 << 20, 8)).unwrap();
    let mut picture = String::new();
    while !picture.contains("/s") {
        let mut bytes = [0; 4096];
        let length = person.read(&mut bytes).unwrap();
        picture.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap().unwrap();
    drop((command, program));
    let mut rest = Vec::new();
    // Linux reports the hang-up of the other end as an error.
    let _ = person.read_to_end(&mut rest);
    assert!(picture.starts_with("\r\x1b[Kstdin "), "{picture:?}");
    assert!(rest.ends_with(b"\r\x1b[K"), "{rest:?}");
}
