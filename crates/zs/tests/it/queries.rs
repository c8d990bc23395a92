//! What a query asks for.

use blockyard_zs::{Bounds, Query};
use proptest::prelude::*;

fn query(start: Option<&[u8]>, stop: Option<&[u8]>, prefix: Option<&[u8]>) -> Query {
    Query {
        start: start.map(<[u8]>::to_vec),
        stop: stop.map(<[u8]>::to_vec),
        prefix: prefix.map(<[u8]>::to_vec),
    }
}

#[track_caller]
fn check(query: &Query, start: &[u8], stop: Option<&[u8]>) {
    let expected = Bounds {
        start: start.to_vec(),
        stop: stop.map(<[u8]>::to_vec),
    };
    assert_eq!(query.bounds(), expected);
}

#[test]
fn bounds_are_where_all_conditions_hold() {
    check(&Query::all(), b"", None);
    check(&query(Some(b""), None, Some(b"")), b"", None);
    check(&query(Some(b"b"), Some(b"d"), None), b"b", Some(b"d"));
    check(&Query::prefix("ab"), b"ab", Some(b"ac"));
    check(&Query::prefix("a\u{7f}"), b"a\x7f", Some(b"a\x80"));
    check(&Query::prefix(b"a\xff\xff"), b"a\xff\xff", Some(b"b"));
    check(&Query::prefix(b"\xff\xff"), b"\xff\xff", None);
    check(
        &query(Some(b"aa"), Some(b"ba"), Some(b"b")),
        b"b",
        Some(b"ba"),
    );
    check(
        &query(Some(b"bc"), Some(b"z"), Some(b"b")),
        b"bc",
        Some(b"c"),
    );
    check(&query(None, Some(b"z"), Some(b"\xff")), b"\xff", Some(b"z"));
    check(&Query::exact("b"), b"b", Some(b"b\0"));
    assert!(Query::all().bounds().is_all());
    assert!(query(None, Some(b""), None).bounds().is_empty());
    assert!(query(Some(b"b"), Some(b"b"), None).bounds().is_empty());
    assert!(!query(Some(b"b"), Some(b"b\0"), None).bounds().is_empty());
}

proptest! {
    #[test]
    fn bounds_contain_what_satisfies_the_query(
        record in prop::collection::vec(prop::sample::select(vec![0, 97, 98, 254, 255]), 0..5),
        start: Option<[u8; 1]>,
        stop: Option<[u8; 1]>,
        prefix in prop::collection::vec(prop::sample::select(vec![0, 97, 254, 255]), 0..3),
    ) {
        let query = query(
            start.as_ref().map(<[u8; 1]>::as_slice),
            stop.as_ref().map(<[u8; 1]>::as_slice),
            Some(&prefix),
        );
        let expected = start.is_none_or(|start| record.as_slice() >= start.as_slice())
            && stop.is_none_or(|stop| record.as_slice() < stop.as_slice())
            && record.starts_with(&prefix);
        prop_assert_eq!(query.bounds().contain(&record), expected);
    }
}
