//! Which files are made, replaced, removed and refused.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rustix::fs::{FileType, Mode, mknodat};

use crate::support::{Place, end, lines, noise};

#[test]
fn there_and_back() {
    for length in [0, 1, 300, 65_536, 3 << 20] {
        for content in [lines(length), noise(length, 7)] {
            let place = Place::new();
            place.write("a", &content);
            place.run("gzip a").quietly(0);
            assert_eq!(place.names(), ["a.gz"]);
            place.run("gunzip a.gz").quietly(0);
            assert_eq!(place.names(), ["a"]);
            assert_eq!(place.read("a"), content);
        }
    }
}

#[test]
fn any_number_of_threads_makes_the_same_bytes() {
    let place = Place::new();
    place.write(
        "a",
        [lines(3 << 20), noise(1 << 20, 1), lines(2 << 20)].concat(),
    );
    for flags in ["", "-1", "-9 -b 64", "-i", "-R", "-z"] {
        let packed = |threads| {
            place
                .run(&format!("pigz -c -p {threads} {flags} a"))
                .quietly(0)
        };
        let one = packed(1);
        assert_eq!(one, packed(2), "{flags}");
        assert_eq!(one, packed(7), "{flags}");
        let piped = place
            .run_with(&format!("pigz -n {flags}"), &place.read("a"))
            .quietly(0);
        assert_eq!(
            piped,
            place.run(&format!("pigz -cn {flags} a")).quietly(0),
            "{flags}"
        );
        for threads in [1, 2, 7] {
            let plain = place
                .run_with(&format!("unpigz -p {threads}"), &one)
                .quietly(0);
            assert_eq!(plain, place.read("a"), "{flags}");
        }
    }
}

/// Runs `line` where `prepare` has put something, and expects the message and that nothing changes.
#[track_caller]
fn leaves_all(prepare: impl Fn(&Place), line: &str, code: i32, stderr: &str) {
    let place = Place::new();
    prepare(&place);
    let names = place.names();
    place.run(line).saying(code, stderr);
    assert_eq!(place.names(), names, "{line}");
}

fn text(place: &Place) {
    place.write("a", "text");
}

#[test]
fn what_is_in_the_way_stays() {
    let both = |place: &Place| {
        place.write("a", "text");
        place.write("a.gz", "other");
    };
    leaves_all(
        both,
        "gzip a",
        2,
        "gzip: a.gz already exists;\tnot overwritten\n",
    );
    leaves_all(both, "pigz -q a", 2, "");
}

#[test]
fn what_is_no_file_of_its_own_is_refused() {
    let folder = |place: &Place| fs::create_dir(place.path("a")).unwrap();
    let link = |place: &Place| {
        place.write("b", "text");
        symlink("b", place.path("a")).unwrap();
    };
    let hard_links = |place: &Place| {
        text(place);
        fs::hard_link(place.path("a"), place.path("b")).unwrap();
    };
    let pipe = |place: &Place| {
        let mode = Mode::from_raw_mode(0o600);
        mknodat(rustix::fs::CWD, place.path("a"), FileType::Fifo, mode, 0).unwrap();
    };
    leaves_all(folder, "gzip a", 2, "gzip: a is a directory -- ignored\n");
    leaves_all(folder, "gzip -q a", 2, "");
    leaves_all(
        folder,
        "gunzip -c a",
        2,
        "gunzip: a is a directory -- ignored\n",
    );
    leaves_all(
        link,
        "gzip a",
        1,
        "gzip: a: Too many levels of symbolic links\n",
    );
    leaves_all(
        hard_links,
        "gzip a",
        2,
        "gzip: a has 1 other link -- file ignored\n",
    );
    leaves_all(
        pipe,
        "gzip a",
        2,
        "gzip: a is not a directory or a regular file - ignored\n",
    );
    leaves_all(
        pipe,
        "gzip -f a",
        2,
        "gzip: a is not a directory or a regular file - ignored\n",
    );
}

#[test]
fn files_with_special_permissions_are_refused() {
    let mode = |mode| {
        move |place: &Place| {
            text(place);
            fs::set_permissions(place.path("a"), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    leaves_all(
        mode(0o4755),
        "gzip -f a",
        2,
        "gzip: a is set-user-ID on execution - ignored\n",
    );
    leaves_all(
        mode(0o2755),
        "gzip -f a",
        2,
        "gzip: a is set-group-ID on execution - ignored\n",
    );
    leaves_all(
        mode(0o1644),
        "gzip a",
        2,
        "gzip: a has the sticky bit set - file ignored\n",
    );
}

#[test]
fn names_that_do_not_fit_are_refused() {
    leaves_all(
        text,
        "gunzip a",
        2,
        "gunzip: a: unknown suffix -- ignored\n",
    );
    leaves_all(text, "gunzip -q a", 0, "");
    leaves_all(text, "gzip b", 1, "gzip: b: No such file or directory\n");
    leaves_all(
        text,
        "gunzip b",
        1,
        "gunzip: b.gz: No such file or directory\n",
    );
    leaves_all(
        text,
        "gunzip b.gz",
        1,
        "gunzip: b.gz: No such file or directory\n",
    );
    for suffix in [
        ".gz", ".tgz", ".taz", ".Z", "-gz", "-z", "_z", ".z", ".zz", ".GZ",
    ] {
        let packed = |place: &Place| drop(place.write(format!("a{suffix}"), "text"));
        let message = format!("gzip: a{suffix} already has {suffix} suffix -- unchanged\n");
        leaves_all(packed, &format!("gzip a{suffix}"), 0, &message);
        leaves_all(packed, &format!("gzip -q a{suffix}"), 0, "");
    }
}

#[test]
fn force_overcomes_refusals() {
    let place = Place::new();
    place.write("a", "text");
    place.write("a.gz", "other");
    place.run("gzip -kf a").quietly(0);
    assert_eq!(place.run("zcat a.gz").quietly(0), b"text");

    fs::hard_link(place.path("a"), place.path("b")).unwrap();
    place.run("gzip -f b").quietly(0);
    assert_eq!(place.run("zcat b").quietly(0), b"text");

    symlink("a", place.path("c")).unwrap();
    place.run("gzip -f c").quietly(0);
    assert_eq!(place.names(), ["a", "a.gz", "b.gz", "c.gz"]);

    place.run("gzip -f a.gz").quietly(0);
    assert_eq!(place.names(), ["a", "a.gz.gz", "b.gz", "c.gz"]);
}

#[test]
fn a_link_in_the_way_is_replaced_and_not_followed() {
    let place = Place::new();
    place.write("a", "text");
    place.write("precious", "precious");
    symlink("precious", place.path("a.gz")).unwrap();
    place
        .run("gzip a")
        .saying(2, "gzip: a.gz already exists;\tnot overwritten\n");
    place.run("gzip -f a").quietly(0);
    assert_eq!(place.read("precious"), b"precious");
    assert!(fs::symlink_metadata(place.path("a.gz")).unwrap().is_file());
}

#[test]
fn a_folder_in_the_way_stays() {
    let place = Place::new();
    place.write("a", "text");
    fs::create_dir(place.path("a.gz")).unwrap();
    place
        .run("gzip a")
        .saying(2, "gzip: a.gz already exists;\tnot overwritten\n");
    place
        .run("gzip -f a")
        .saying(1, "gzip: a.gz: Is a directory\n");
    assert_eq!(place.names(), ["a", "a.gz"]);
}

#[test]
fn suffixes_on_the_way_back() {
    let packed = Place::new().run_with("gzip", b"text").quietly(0);
    for (name, plain) in [
        ("a.gz", "a"),
        ("a.GZ", "a"),
        ("a-gz", "a"),
        ("a.z", "a"),
        ("a-z", "a"),
        ("a_z", "a"),
        ("a.Z", "a"),
        ("a.zz", "a"),
        ("a.tgz", "a.tar"),
        ("a.taz", "a.tar"),
        ("a.x", "a"),
    ] {
        let place = Place::new();
        place.write(name, &packed);
        place.run(&format!("gunzip -S .x {name}")).quietly(0);
        assert_eq!(place.names(), [plain], "{name}");
        // The name may be typed without it.
        if plain == "a" && !["a.GZ", "a_z", "a-gz"].contains(&name) {
            let place = Place::new();
            place.write(name, &packed);
            assert_eq!(place.run("zcat -S .x a").quietly(0), b"text", "{name}");
        }
    }
    let place = Place::new();
    place.write(".gz", &packed);
    place
        .run("gunzip .gz")
        .saying(2, "gunzip: .gz: unknown suffix -- ignored\n");
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let place = Place::new();
    for name in ["a", "b", "c"] {
        place.write(name, "text");
    }
    symlink("loop", place.path("loop")).unwrap();
    let message = "gzip: loop: Too many levels of symbolic links\n\
                   gzip: nosuch: No such file or directory\n";
    place.run("gzip a loop b nosuch c").saying(1, message);
    assert_eq!(place.names(), ["a.gz", "b.gz", "c.gz", "loop"]);
    // An error outweighs a warning, whichever comes first.
    place
        .run("gunzip loop.x a b.gz c")
        .saying(1, "gunzip: loop.x.gz: No such file or directory\n");
    place.write("a.gz", "text");
    place
        .run("gzip a nosuch")
        .saying(1, "gzip: a.gz already exists*");
    place.run("gzip nosuch a").saying(1, "gzip: nosuch*");
}

#[test]
fn folders() {
    let place = Place::new();
    fs::create_dir_all(place.path("d/e")).unwrap();
    let name = |number: usize| {
        if number.is_multiple_of(2) {
            format!("d/{number}")
        } else {
            format!("d/e/{number}")
        }
    };
    for number in 0..1000 {
        place.write(name(number), format!("content {number}"));
    }
    place.run("gzip -r d").quietly(0);
    for number in 0..1000 {
        assert!(!place.path(name(number)).exists());
    }
    // What is compressed already goes without saying here, but not with -v.
    place.run("gzip -r d").quietly(0);
    let told = place.run("gzip -rv d").stderr;
    let mut names: Vec<&str> = told
        .lines()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(names.len(), 1000);
    // In the order of the names, with those of a folder where the folder stands.
    let sorted = names.clone();
    names.sort_by_key(|name| Path::new(name).to_owned());
    assert_eq!(sorted, names);
    place.write("d/plain", "text");
    place.run("gunzip -r d").quietly(0);
    for number in 0..1000 {
        assert_eq!(
            place.read(name(number)),
            format!("content {number}").as_bytes()
        );
    }
}

#[test]
fn files_that_depend_on_each_other_are_taken_in_turn() {
    let place = Place::new();
    place.write("a", "text");
    place.write("b", "text");
    place
        .run("gzip a a.gz b")
        .saying(0, "gzip: a.gz already has .gz suffix -- unchanged\n");
    place
        .run("gunzip a.gz a b.gz")
        .saying(2, "gunzip: a: unknown suffix -- ignored\n");
    place
        .run("gzip a a b")
        .saying(1, "gzip: a: No such file or directory\n");
    let packed = place.read("a.gz");
    place.write("a.z", &packed);
    let message = "gunzip: a already exists;\tnot overwritten\n";
    place.run("gunzip a.z a.gz b.gz").saying(2, message);
    assert_eq!(place.names(), ["a", "a.gz", "b"]);
}

#[test]
fn files_that_are_spelled_differently_are_the_same() {
    // Several times, as with both at once it depends on which is faster.
    for _ in 0..20 {
        let place = Place::new();
        fs::create_dir(place.path("d")).unwrap();
        place.write("a", "text");
        place.write("b", "text");
        place.run("gzip a ./a d/../a b").saying(
            1,
            "gzip: ./a: No such file or directory\ngzip: d/../a: No such file or directory\n",
        );
        assert_eq!(place.names(), ["a.gz", "b.gz", "d"]);
        place
            .run("gunzip -f a.gz d/../a.gz b.gz")
            .saying(1, "gunzip: d/../a.gz: No such file or directory\n");
        assert_eq!(place.names(), ["a", "b", "d"]);
    }
}

#[test]
fn in_folders_only_known_suffixes_are_tested_and_listed() {
    let place = Place::new();
    fs::create_dir(place.path("d")).unwrap();
    place.write("d/plain", "text");
    place.write("d/a", lines(1000));
    place.run("gzip d/a").quietly(0);
    for line in [
        "gzip -rt d",
        "gzip -rqt d",
        "gzip -rtf d",
        "gzip -rt d/plain",
    ] {
        assert_eq!(place.run(line).quietly(0), b"", "{line}");
    }
    let table = String::from_utf8(place.run("gzip -rlq d").quietly(0)).unwrap();
    assert_eq!(table.lines().count(), 1);
    assert!(table.ends_with("% d/a\n"));
    let told = "d/a.gz:\t OK\ngzip: d/plain: unknown suffix -- ignored\n";
    place.run("gzip -rtv d").saying(2, told);
    place
        .run("gzip -t d/plain")
        .saying(1, "gzip: d/plain: not in gzip format*");
    let packed = place.read("d/a.gz");
    place.run_with("gzip -rt", &packed).quietly(0);
}

#[test]
fn folders_are_walked_without_links() {
    let place = Place::new();
    fs::create_dir_all(place.path("d")).unwrap();
    place.write("a", "text");
    symlink("../a", place.path("d/link")).unwrap();
    symlink(".", place.path("d/loop")).unwrap();
    place.run("gzip -r d").saying(
        1,
        "gzip: d/link: Too many levels of symbolic links\n\
         gzip: d/loop: Too many levels of symbolic links\n",
    );
    assert_eq!(place.read("a"), b"text");
}

#[test]
fn names_of_all_kinds() {
    let place = Place::new();
    let long = [b'x'; 250];
    let names: [&[u8]; 6] = [
        b"with space",
        b"line\nbreak",
        b"\xff\xfe",
        b"--force",
        b"\x1b[31m",
        &long,
    ];
    for name in names {
        let name = OsStr::from_bytes(name);
        place.write(name, "text");
        end(&mut place.command("gzip", [OsStr::new("--"), name]), b"").quietly(0);
        let mut packed = name.to_owned();
        packed.push(".gz");
        assert_eq!(place.names(), [packed.as_os_str()]);
        end(
            &mut place.command("gzip", [OsStr::new("-dN"), OsStr::new("--"), &packed]),
            b"",
        )
        .quietly(0);
        assert_eq!(place.names(), [name]);
        fs::remove_file(place.path(name)).unwrap();
    }
    let arguments = [OsStr::from_bytes(b"no\nsuch\x1b\xff")];
    end(&mut place.command("gzip", arguments), b"").saying(
        1,
        "gzip: no\\nsuch\\u{1b}\u{fffd}: No such file or directory\n",
    );
}

#[test]
fn what_verbose_says() {
    let place = Place::new();
    place.write("a", lines(100_000));
    let line = |command: &str| {
        let ended = place.run(command);
        assert_eq!(ended.status.code(), Some(0));
        let digits = |character: char| character.is_ascii_digit();
        ended.stderr.replace(digits, "#")
    };
    assert_eq!(line("gzip -kv a"), "a:\t ##.#% -- created a.gz\n");
    assert_eq!(line("gzip -fv a"), "a:\t ##.#% -- replaced with a.gz\n");
    assert_eq!(line("gzip -tv a.gz"), "a.gz:\t OK\n");
    assert_eq!(line("zcat -v a.gz"), "a.gz:\t ##.#%\n");
    assert_eq!(line("gunzip -v a.gz"), "a.gz:\t ##.#% -- replaced with a\n");
    place.write("empty", "");
    assert_eq!(
        line("gzip -v empty"),
        "empty:\t  #.#% -- replaced with empty.gz\n"
    );
    let stats = line("gzip -k --stats a");
    assert!(
        stats.starts_with("a: # blocks, ### kB in, ##.# kB out"),
        "{stats}"
    );
}
