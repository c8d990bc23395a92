//! What users of the original see, word for word.

use super::{TINY, fails, make, run, zs};
use crate::support::{Place, end, peer};

#[test]
fn make_says_what_it_does() {
    let place = Place::new();
    place.write("tiny-4grams.txt", TINY);
    let arguments = [
        "make",
        "{\"corpus\": \"doc-example\"}",
        "tiny-4grams.txt",
        "t.zs",
    ];
    let said = "zs: Opening new ZS file: t.zs\nzs: Reading input file: tiny-4grams.txt\n\
                zs: Blocks written: 2\nzs: Updating header...\nzs: Done.\n";
    let stdout = zs(&place, arguments).saying(0, said);
    assert_eq!(stdout, b"");
    assert_eq!(place.names(), ["t.zs", "tiny-4grams.txt"]);
    assert_eq!(run(&place, "validate t.zs").quietly(0), b"looks good!\n");
    assert_eq!(run(&place, "dump t.zs").quietly(0), TINY.as_bytes());
}

#[test]
fn info_is_indented_json() {
    let place = Place::new();
    place.write("tiny.txt", TINY);
    let metadata = r#"{"corpus": "\u00e9\ud83d\ude00", "big": 123456789012345678901, "empty": {}}"#;
    let arguments = [
        "make",
        "--no-default-metadata",
        "--codec=none",
        metadata,
        "tiny.txt",
        "t.zs",
    ];
    assert_eq!(zs(&place, arguments).status.code(), Some(0));
    let found = run(&place, "info t.zs").quietly(0);
    let expected = r#"{
    "root_index_offset": 360,
    "root_index_length": 39,
    "total_file_length": 399,
    "codec": "none",
    "data_sha256": "7bbce62ab223747dee0130c2e1b3c17dda7470db6e333c17017615649d1793c3",
    "metadata": {
        "corpus": "\u00e9\ud83d\ude00",
        "big": 123456789012345678901,
        "empty": {}
    },
    "statistics": {
        "root_index_level": 1
    }
}
"#;
    assert_eq!(String::from_utf8(found).unwrap(), expected);
    for option in ["-m", "--metadata-only", "--meta"] {
        let found = zs(&place, ["info", option, "t.zs"]).quietly(0);
        let expected = "{\n    \"corpus\": \"\\u00e9\\ud83d\\ude00\",\n    \
                        \"big\": 123456789012345678901,\n    \"empty\": {}\n}\n";
        assert_eq!(String::from_utf8(found).unwrap(), expected);
    }
}

#[test]
fn the_hash_is_that_of_a_dump_with_lengths() {
    let place = Place::new();
    make(&place, "t.zs", TINY, "");
    let dump = run(&place, "dump --length-prefixed=uleb128 t.zs").quietly(0);
    let Some(sha256sum) = peer("sha256sum") else {
        return;
    };
    let sum = end(&mut place.prepare(&sha256sum, ["-"]), &dump).quietly(0);
    let sum = String::from_utf8(sum).unwrap();
    let info = String::from_utf8(run(&place, "info t.zs").quietly(0)).unwrap();
    let field = format!("\"data_sha256\": \"{}\"", sum.split(' ').next().unwrap());
    assert!(info.contains(&field), "{info}");
}

#[test]
fn dump_has_what_it_is_asked_for() {
    let place = Place::new();
    make(&place, "t.zs", TINY, "");
    let check = |arguments: &[&str], expected: &[u8]| {
        let found = zs(&place, ["dump", "t.zs"].iter().chain(arguments)).quietly(0);
        assert_eq!(
            found.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    };
    check(
        &["--prefix=not done extensive testing\\t"],
        b"not done extensive testing\t749\n",
    );
    check(
        &["--terminator=XYZZY", "--prefix=not done extensively "],
        b"not done extensively .\t45XYZZYnot done extensively in\t130XYZZY",
    );
    let one = "--prefix=not done extensive testing";
    check(
        &["--length-prefixed=u64le", one],
        b"\x1e\0\0\0\0\0\0\0not done extensive testing\t749",
    );
    check(
        &["--length-prefixed=uleb128", one],
        b"\x1enot done extensive testing\t749",
    );
    check(
        &[
            "--start=not done extensively",
            "--stop",
            "not done extensively i",
        ],
        b"not done extensively .\t45\n",
    );
    check(&["--start=", "--prefix="], TINY.as_bytes());
    check(&["--stop="], b"");
    check(
        &["-j4", "--pref=not done exp"],
        b"not done explicitly .\t42\n",
    );
    check(&["--count", "-j", "0"], b"6\n");
    check(
        &["--limit=1", "--reverse"],
        b"not done extensively in\t130\n",
    );
}

#[test]
fn wrong_command_lines_are_named() {
    let place = Place::new();
    let said = "Unrecognized subcommand 'asdf'; try --help for info\n";
    run(&place, "asdf").saying(2, said);
    let said = "Invalid --length-prefixed value 'asdf': must be u64le or uleb128\n";
    run(&place, "dump --length-prefixed=asdf f").saying(2, said);
    run(&place, "dump -j asdf f").saying(2, "-j should be an integer but got 'asdf'\n");
    let said = "--compress-level must be an integer, or (for lzma only) an integer followed by the letter e\n";
    run(&place, "make -z foo {} in out").saying(2, said);
    run(&place, "make { in out").saying(2, "error parsing metadata as JSON: *");
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn damage_is_printed_by_validate() {
    let place = Place::new();
    let path = make(&place, "t.zs", TINY, "--codec=none --no-default-metadata");
    let mut file = std::fs::read(&path).unwrap();
    file[130] ^= 1;
    place.write("damaged.zs", &file);
    let ended = run(&place, "validate damaged.zs");
    assert_eq!((ended.status.code(), ended.stderr.as_str()), (Some(1), ""));
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(
        said.starts_with("Integrity check failed:\n  offset 106: checksum mismatch"),
        "{said}"
    );
    let ended = run(&place, "validate --json damaged.zs");
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(
        said.contains("\"valid\": false") && said.contains("\"offset\": 106"),
        "{said}"
    );
    assert_eq!(
        run(&place, "validate --quick damaged.zs").quietly(0),
        b"looks good!\n"
    );

    file[1] ^= 1;
    place.write("magic.zs", &file);
    let said = "magic.zs: bad magic number (are you sure this is a ZS file?)";
    fails(&run(&place, "validate magic.zs"), 1, said);
    fails(&run(&place, "dump --salvage magic.zs"), 1, said);
}

#[test]
fn a_damaged_file_is_saved_without_its_index() {
    let place = Place::new();
    let lines = super::sorted_lines(1000);
    let path = make(
        &place,
        "t.zs",
        &lines,
        "--codec=none --approx-block-size=1500 --no-default-metadata",
    );
    let mut file = std::fs::read(&path).unwrap();
    let root = file.len() - 9;
    file[root] ^= 1;
    place.write("root.zs", &file);
    fails(&run(&place, "dump root.zs"), 1, "zs: root.zs: offset ");
    let found = run(&place, "dump --salvage root.zs").saying(1, "zs: root.zs: offset *");
    assert!(found == lines.as_bytes());
    file[root] ^= 1;
    file[1000] ^= 1;
    place.write("block.zs", &file);
    let found =
        run(&place, "dump --salvage block.zs").saying(1, "zs: block.zs: offset 106: checksum*");
    assert!(lines.as_bytes().ends_with(&found) && found.len() > 12_000);
}
