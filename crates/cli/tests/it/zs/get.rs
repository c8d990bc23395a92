//! Records by key, and records as rows.

use super::{TINY, fails, make, run, zs};
use crate::support::{Place, end};

const COUNTS: &str = r#"{"record-format": {"type": "separated-values", "separator": "\t",
    "column-names": ["words", "count"], "column-types": ["utf8", "int"]}}"#;

#[track_caller]
fn check(place: &Place, arguments: &[&str], code: i32, expected: &str) {
    let found = zs(place, arguments).quietly(code);
    assert_eq!(String::from_utf8(found).unwrap(), expected, "{arguments:?}");
}

#[test]
fn a_key_is_the_first_columns() {
    let place = Place::new();
    make(&place, "t.zs", "a\na\t1\na\t2\t3\nab\t4\nb\t5\n", "");
    let get = |arguments: &[&str], code, expected| {
        let all: Vec<_> = ["get", "t.zs"].iter().chain(arguments).copied().collect();
        check(&place, &all, code, expected);
    };
    get(&["a"], 0, "a\na\t1\na\t2\t3\n");
    get(&["a\\t2"], 0, "a\t2\t3\n");
    get(&["b", "ab", "nosuch"], 0, "b\t5\nab\t4\n");
    get(&["nosuch"], 1, "");
    get(&["--prefix", "a"], 0, "a\na\t1\na\t2\t3\nab\t4\n");
    get(&["--exact", "a", "b"], 0, "a\n");
    get(&["--reverse", "a"], 0, "a\t2\t3\na\t1\na\n");
    get(&["--limit=2", "b", "a"], 0, "b\t5\na\n");
    get(&["--count", "a", "b"], 0, "4\n");
    get(&["--count", "nosuch"], 1, "0\n");
    get(&["--terminator=;", "b", "--", "ab"], 0, "b\t5;ab\t4;");
    place.write("keys", "b\nnosuch\na\t1");
    get(&["--keys-from=keys"], 0, "b\t5\na\t1\n");
    get(&["ab", "--keys-from", "keys"], 0, "ab\t4\nb\t5\na\t1\n");
    let mut command = place.command("zs", ["get", "t.zs", "--keys-from=-"]);
    assert_eq!(end(&mut command, b"ab\n").quietly(0), b"ab\t4\n");
    fails(
        &run(&place, "get t.zs --keys-from=none"),
        1,
        "zs: none: No such file",
    );
    fails(
        &run(&place, "get t.zs --exact --prefix a"),
        2,
        "--exact does not go with --prefix",
    );
}

#[test]
fn records_become_rows() {
    let place = Place::new();
    place.write("in", TINY);
    let ended = zs(&place, ["make", COUNTS, "in", "t.zs"]);
    assert_eq!(ended.status.code(), Some(0));
    let key = "not done extensively in";
    let json = "{\"words\": \"not done extensively in\", \"count\": 130}\n";
    check(&place, &["get", "--format=json", "t.zs", key], 0, json);
    let csv = "words,count\nnot done extensively in,130\n";
    check(&place, &["get", "--format", "csv", "t.zs", key], 0, csv);
    let tsv = format!("words\tcount\n{TINY}");
    check(&place, &["dump", "--format=tsv", "t.zs"], 0, &tsv);
    check(
        &place,
        &["dump", "--format=tsv", "--limit=9", "t.zs"],
        0,
        &tsv,
    );
    check(
        &place,
        &[
            "dump",
            "--format=json",
            "--prefix=not done extensively i",
            "t.zs",
        ],
        0,
        json,
    );
    let ended = zs(&place, ["dump", "--format=xml", "t.zs"]);
    fails(
        &ended,
        2,
        "Invalid --format value 'xml': must be json, csv or tsv",
    );
    let ended = zs(&place, ["dump", "--format=csv", "--terminator=x", "t.zs"]);
    fails(&ended, 2, "--format does not go with --terminator");
}

#[test]
fn records_that_do_not_fit_their_format_are_named() {
    let place = Place::new();
    place.write("in", "a\t1\nb\nc\t3\n");
    let ended = zs(&place, ["make", COUNTS, "in", "t.zs"]);
    assert_eq!(ended.status.code(), Some(0));
    for more in [&[][..], &["--limit=5"]] {
        let arguments = ["dump", "--format=json", "t.zs"].iter().chain(more);
        let found =
            zs(&place, arguments).saying(1, "zs: t.zs: record 'b' has 1 columns, expected 2\n");
        assert_eq!(found, b"{\"words\": \"a\", \"count\": 1}\n");
    }
}
