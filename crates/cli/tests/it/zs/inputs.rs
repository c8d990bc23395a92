//! Inputs that are packed or not sorted.

use std::process::Command;

use super::{TINY, make, run, sorted_lines};
use crate::support::{Place, end, peer};

/// Packs `content` by a program; `None` if it is not installed.
fn packed(place: &Place, program: &str, options: &[&str], content: &str) -> Option<Vec<u8>> {
    let path = peer(program)?;
    let mut command: Command = place.prepare(&path, options);
    Some(end(&mut command, content.as_bytes()).quietly(0))
}

#[test]
fn packed_inputs_are_recognized() {
    let place = Place::new();
    let lines = sorted_lines(100_000);
    let (first, second) = lines.split_at(18 * 40_000);
    place.write("2", second);
    for (program, options) in [
        ("gzip", vec!["-c"]),
        ("zstd", vec!["-q", "-c"]),
        ("zstd", vec!["-q", "-c", "-19", "--long=24"]),
        ("xz", vec!["-c"]),
    ] {
        let Some(file) = packed(&place, program, &options, first) else {
            continue;
        };
        place.write("1", &file);
        let ended = run(&place, "make -f --codec=deflate {} 1 2 out.zs");
        assert_eq!(ended.status.code(), Some(0), "{program}: {ended:?}");
        assert!(
            run(&place, "dump out.zs").quietly(0) == lines.as_bytes(),
            "{program}"
        );

        // Two streams are one file.
        let more = packed(&place, program, &options, second).unwrap();
        place.write("both", [file.as_slice(), &more].concat());
        assert_eq!(
            run(&place, "make -f {} both out.zs").status.code(),
            Some(0),
            "{program}"
        );
        assert!(
            run(&place, "dump out.zs").quietly(0) == lines.as_bytes(),
            "{program}"
        );

        for length in [file.len() - 1, file.len() / 2, 7] {
            place.write("cut", &file[..length]);
            let ended = run(&place, "make {} cut none.zs");
            assert_eq!(ended.status.code(), Some(1), "{program} {length}");
            let last = ended.stderr.lines().last().unwrap();
            assert!(
                last.starts_with("zs: cut: failed to read: byte "),
                "{program}: {last}"
            );
            assert!(!place.path("none.zs").exists());
        }
        let mut damaged = file.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x10;
        place.write("damaged", &damaged);
        assert_eq!(
            run(&place, "make {} damaged none.zs").status.code(),
            Some(1),
            "{program}"
        );
        assert!(!place.path("none.zs").exists());
    }
    let file = place.run_with("gzip -c", first.as_bytes()).quietly(0);
    place.write("garbage", [file.as_slice(), b"garbage"].concat());
    let ended = run(&place, "make {} garbage none.zs");
    assert!(
        ended.stderr.contains("garbage behind the last gzip member"),
        "{ended:?}"
    );
}

#[test]
fn packed_inputs_are_taken_as_they_are_on_request() {
    let place = Place::new();
    let record = b"\x1f\x8b\x08\x00\n";
    place.write("in", record);
    assert_eq!(run(&place, "make {} in out").status.code(), Some(1));
    assert_eq!(run(&place, "make --plain {} in out").status.code(), Some(0));
    assert_eq!(run(&place, "dump out").quietly(0), record);
}

#[test]
fn sorting_gives_the_file_of_sorted_lines() {
    let place = Place::new();
    let sorted = sorted_lines(300_000);
    let mut lines: Vec<&str> = sorted.split_inclusive('\n').collect();
    // The multiples of a number without a common divisor come in every order.
    let count = lines.len();
    lines = (0..count)
        .map(|number| lines[number * 7919 % count])
        .collect();
    let shuffled = lines.concat();
    let options = "--codec=deflate -z1 --no-default-metadata --approx-block-size=100000";
    let expected = std::fs::read(make(&place, "sorted.zs", &sorted, options)).unwrap();
    for memory in ["4M", "1G"] {
        let options = format!("-f --sort --memory {memory} {options}");
        let found = std::fs::read(make(&place, "out.zs", &shuffled, &options)).unwrap();
        assert!(found == expected, "{memory}");
    }
    place.write("one", &shuffled);
    let line = format!("make -f --sort --unique --memory=4M {options} {{}} one one out.zs");
    assert_eq!(run(&place, &line).status.code(), Some(0));
    assert!(place.read("out.zs") == expected);
    assert_eq!(place.names(), ["one", "out.zs", "sorted.zs"]);
}

#[test]
fn lengths_may_stand_before_records() {
    let place = Place::new();
    make(&place, "t.zs", TINY, "--no-default-metadata");
    for kind in ["u64le", "uleb128"] {
        let option = format!("--length-prefixed={kind}");
        let dump = run(&place, &format!("dump {option} t.zs")).quietly(0);
        for more in ["", "--sort"] {
            let options = format!("-f {option} {more} --no-default-metadata");
            make(&place, "again.zs", &dump, &options);
            assert!(place.read("again.zs") == place.read("t.zs"), "{kind}");
        }
    }
}
