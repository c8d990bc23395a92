//! Indexes that lie: no record is lost without an error, and no way leads round in circles.

use blockyard_zs::{Query, ZsReader};

use super::{Records, ask};
use crate::build::{Builder, Packing, Reference, index_payload};

/// Makes a file of three data blocks and the index blocks that `index` adds.
fn file(index: impl FnOnce(&mut Builder, [Reference; 3]) -> Reference) -> Vec<u8> {
    let mut builder = Builder::new(Packing::None);
    let blocks = [
        builder.data(&["a", "b"]),
        builder.data(&["c", "d"]),
        builder.data(&["e", "f"]),
    ];
    let root = index(&mut builder, blocks);
    builder.finish(&root)
}

#[track_caller]
fn check(file: Vec<u8>, expected: &str) {
    let reader = ZsReader::open(file).unwrap();
    let error = ask(&reader, &Query::all()).unwrap_err();
    assert!(error.contains(expected), "{error}");
    let reversed = reader
        .search_reverse(&Query::all())
        .collect::<Result<Records, _>>();
    assert!(reversed.is_err());
    let start = Query {
        start: Some(b"\0".to_vec()),
        ..Query::all()
    };
    ask(&reader, &start).unwrap_err();
    let mut search = reader.search(&Query::all());
    while search.next().is_some_and(|record| record.is_ok()) {}
    assert!(search.next().is_none(), "something came after an error");
}

#[test]
fn keys_that_are_not_sorted() {
    check(
        file(|builder, [a, c, e]| builder.index(1, &[c, a, e])),
        "unsorted records within block: 'c' before 'a', number 1",
    );
    check(
        file(|builder, [a, c, e]| {
            let low = builder.index(1, &[a]);
            let high = builder.index(1, &[c, e]);
            builder.index(2, &[high, low])
        }),
        "unsorted records within block: 'c' before 'a', number 1",
    );
}

#[test]
fn keys_that_are_too_large_or_too_small() {
    check(
        file(|builder, [a, c, e]| builder.index(1, &[a, c.with_key("cc"), e])),
        "key 'cc' is too large for block, which has 'c'",
    );
    check(
        file(|builder, [a, c, e]| builder.index(1, &[a, c, e.with_key("cc")])),
        "key 'cc' is too small: the block before it has 'd'",
    );
    check(
        file(|builder, [a, c, e]| builder.index(1, &[a.with_key("aa"), c, e])),
        "key 'aa' is too large for block, which has 'a'",
    );
    // The bounds of the level above count too.
    check(
        file(|builder, [a, c, e]| {
            let low = builder.index(1, &[a]);
            let high = builder.index(1, &[c, e]).with_key("aa");
            builder.index(2, &[low, high])
        }),
        "key 'aa' is too small: the block before it has 'b'",
    );
    check(
        file(|builder, [a, c, e]| {
            let low = builder.index(1, &[a, c]);
            let high = builder.index(1, &[e]).with_key("bb");
            builder.index(2, &[low, high])
        }),
        "key 'bb' is too small: the block before it has 'c'",
    );
    check(
        file(|builder, [a, c, e]| {
            let all = builder.index(1, &[a, c, e]).with_key("cc");
            builder.index(2, &[all])
        }),
        "key 'cc' is too large for block, which has 'c'",
    );
    check(
        file(|builder, [a, c, e]| {
            let low = builder.index(1, &[a, c]);
            let high = builder.index(1, &[e]).with_key("ee");
            builder.index(2, &[low, high])
        }),
        "key 'ee' is too large for block, which has 'e'",
    );
}

#[test]
fn levels_that_are_wrong() {
    check(
        file(|builder, [a, c, e]| builder.index(2, &[a, c, e])),
        "bad index ref from level 2 to level 0",
    );
    check(
        file(|builder, [a, c, e]| {
            let all = builder.index(1, &[a, c, e]);
            builder.index(3, &[all])
        }),
        "bad index ref from level 3 to level 1",
    );
    check(
        file(|builder, [a, c, e]| {
            let all = builder.index(2, &[a, c, e]);
            builder.index(1, &[all])
        }),
        "bad index ref from level 1 to level 2",
    );
    check(
        file(|builder, [a, c, e]| {
            let low = builder.index(1, &[a, c, e]);
            let extension = builder.index(64, std::slice::from_ref(&low));
            builder.index(63, &[extension])
        }),
        "bad index ref from level 63 to level 64",
    );
}

#[test]
fn references_to_nowhere() {
    for (offset, length) in [
        (0, 10),
        (90, 20),
        (i64::MAX as u64, i64::MAX as u64),
        (110, 100_000),
    ] {
        check(
            file(|builder, [a, c, _]| {
                let lost = Reference {
                    key: b"e".to_vec(),
                    offset,
                    length,
                };
                builder.index(2, &[a, c, lost])
            }),
            "outside of the blocks",
        );
    }
    check(
        file(|builder, [a, c, mut e]| {
            e.length -= 1;
            builder.index(1, &[a, c, e])
        }),
        "index length 13 != actual length 14",
    );
    check(
        file(|builder, [a, mut c, e]| {
            c.offset += 1;
            builder.index(1, &[a, c, e])
        }),
        "unsorted offsets",
    );
}

#[test]
fn an_index_that_refers_to_itself() {
    for level in [1, 2, 63] {
        let mut builder = Builder::new(Packing::None);
        let data = builder.data(&["a"]);
        let own = |offset, length| Reference {
            key: b"a".to_vec(),
            offset,
            length,
        };
        let start = data.offset + data.length;
        let guess = index_payload(&[own(start, 10)]).len() as u64 + 10;
        let root = builder.index(level, &[own(start, guess)]);
        assert_eq!(root.length, guess);
        let expected = format!("bad index ref from level {level} to level {level}");
        check(builder.finish(&root), &expected);
    }
}

#[test]
fn blocks_that_are_met_twice() {
    check(
        file(|builder, [a, c, _]| builder.index(1, &[a.clone(), a.with_key("b"), c])),
        "unsorted offsets in index block",
    );
    // As long as keys are all the same, only the places tell.
    let mut builder = Builder::new(Packing::None);
    let data = builder.data(&["a"]);
    let mut index = builder.index(1, &[data]);
    for level in 2..=63 {
        index = builder.index(level, &[index.clone(), index]);
    }
    check(builder.finish(&index), "unsorted offsets in index block");
}

#[test]
fn order_in_the_file_and_in_the_index() {
    let mut builder = Builder::new(Packing::None);
    let [first, second] = [builder.data(&["a", "b"]), builder.data(&["g", "h"])];
    let [third, fourth] = [builder.data(&["e", "f"]), builder.data(&["i", "j"])];
    let low = builder.index(1, &[first, third]);
    let high = builder.index(1, &[second, fourth]);
    let root = builder.index(2, &[low, high]);
    check(builder.finish(&root), "unsorted offsets in index block");
}
