//! References that lead nowhere, twice to the same place, or to something else.

use super::{Draft, at, check, check_quick};
use crate::build::{Reference, block};

/// Checks what is found with and without a look at the data.
#[track_caller]
fn check_both(file: &[u8], expected: &[String]) {
    check(file, expected);
    check_quick(file, expected);
}

fn dangling(offset: u64) -> String {
    format!("dangling or multiple refs to {offset}")
}

fn moved(reference: &Reference, by: i64) -> Reference {
    Reference {
        offset: reference.offset.wrapping_add_signed(by),
        ..reference.clone()
    }
}

#[test]
fn two_references_to_a_block() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first.clone(), first.clone()]);
    check_both(
        &draft.finish(&root),
        &[at(root.offset, &dangling(first.offset))],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let left = draft.index(1, std::slice::from_ref(&first));
    let right = draft.index(1, std::slice::from_ref(&first));
    let root = draft.index(2, &[left, right.clone()]);
    check_both(
        &draft.finish(&root),
        &[at(right.offset, &dangling(first.offset))],
    );
}

#[test]
fn two_references_to_a_block_that_comes_later() {
    let mut draft = Draft::new();
    let start = draft.builder.header.length();
    let entry = Reference {
        key: b"a".to_vec(),
        offset: start + 60,
        length: 17,
    };
    let root = draft.index(1, &[entry.clone(), entry.clone()]);
    let pad = 60 - root.length as usize;
    draft.builder.raw(&block(64, &vec![0; pad - 10]));
    let first = draft.data(&["a"]);
    assert_eq!((first.offset, first.length), (entry.offset, entry.length));
    check_both(
        &draft.finish(&root),
        &[at(root.offset, &dangling(first.offset))],
    );
}

#[test]
fn references_into_nothing() {
    // Into the middle of a block before, and of one that comes later.
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let second = draft.data(&["b"]);
    let off = moved(&second, 1);
    let root = draft.index(1, &[first.clone(), off.with_key("b")]);
    check_both(
        &draft.finish(&root),
        &[
            at(second.offset, "unreferenced block"),
            at(root.offset, &dangling(off.offset)),
        ],
    );
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let later = Reference {
        key: b"b".to_vec(),
        offset: first.offset + 60,
        length: 3,
    };
    let root = draft.index(1, &[first, later.clone()]);
    draft.builder.raw(&block(64, &[0; 50]));
    check_both(
        &draft.finish(&root),
        &[at(root.offset, &dangling(later.offset))],
    );
}

#[test]
fn references_out_of_the_file() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let out = [
        moved(&first, -1),
        moved(&first, 1 << 40),
        moved(&first, i64::MAX - 1000),
    ];
    let root = draft.index(1, &[vec![first.clone()], out.to_vec()].concat());
    let unsorted = format!(
        "unsorted offsets in index block: {} behind a block that ends at {}",
        out[0].offset,
        first.offset + first.length
    );
    let start = draft.builder.header.length();
    let end = root.offset + root.length;
    let outside = |reference: &Reference| {
        let (offset, length) = (reference.offset, reference.length);
        let defect = format!(
            "reference to {length} bytes at {offset}, outside of the blocks from {start} to {end}"
        );
        at(root.offset, &defect)
    };
    let expected = [
        vec![at(root.offset, &unsorted)],
        out.iter().map(outside).collect(),
    ];
    check_both(&draft.finish(&root), &expected.concat());
}

#[test]
fn levels_that_do_not_fit() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(2, std::slice::from_ref(&first));
    check_both(
        &draft.finish(&root),
        &[at(root.offset, "bad index ref from level 2 to level 0")],
    );
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let left = draft.index(1, &[first]);
    let second = draft.data(&["b"]);
    let root = draft.index(1, &[left, second]);
    check_both(
        &draft.finish(&root),
        &[at(root.offset, "bad index ref from level 1 to level 1")],
    );
}

#[test]
fn an_index_that_refers_to_itself() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let own = Reference {
        key: b"a".to_vec(),
        offset: first.offset + first.length,
        length: 19,
    };
    let root = draft.index(1, std::slice::from_ref(&own));
    assert_eq!(root.offset, own.offset);
    check_both(
        &draft.finish(&root),
        &[
            at(first.offset, "unreferenced block"),
            at(root.offset, &dangling(root.offset)),
        ],
    );
}

#[test]
fn index_blocks_that_refer_to_each_other() {
    let mut draft = Draft::new();
    let start = draft.builder.header.length();
    // 4 bytes for the entry, 5 for stored deflate, 10 for the frame.
    let length = 19;
    let reference = |offset| Reference {
        key: b"a".to_vec(),
        offset,
        length,
    };
    let left = draft.index(1, &[reference(start + length)]);
    let right = draft.index(2, &[reference(start)]);
    assert_eq!((left.length, right.length), (length, length));
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    check_both(
        &draft.finish(&root),
        &[at(left.offset, "bad index ref from level 1 to level 2")],
    );
}

#[test]
fn lengths_that_do_not_fit() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let long = Reference {
        length: first.length + 1,
        ..first.clone()
    };
    let root = draft.index(1, std::slice::from_ref(&long));
    let expected = format!(
        "index length {} != actual length {} for block at {}",
        long.length, first.length, first.offset
    );
    check_both(&draft.finish(&root), &[at(root.offset, &expected)]);
}

#[test]
fn roots() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, std::slice::from_ref(&first));
    let second = draft.index(2, std::slice::from_ref(&root));
    check_both(
        &draft.finish(&root),
        &[
            at(root.offset, "root block missing or doubly-referenced"),
            at(second.offset, "unreferenced block"),
        ],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, std::slice::from_ref(&first));
    let nothing = moved(&root, 1);
    check_both(
        &draft.finish(&nothing),
        &[
            at(root.offset, "unreferenced block"),
            at(nothing.offset, "root block missing or doubly-referenced"),
        ],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    check_both(
        &draft.finish(&first),
        &[at(
            first.offset,
            "expecting index block but found data block",
        )],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(64, std::slice::from_ref(&first));
    check_both(
        &draft.finish(&root),
        &[
            at(first.offset, "unreferenced block"),
            at(
                root.offset,
                "expecting index block but found level 64 extension block",
            ),
            at(root.offset, "root block missing or doubly-referenced"),
        ],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let root = draft.index(1, std::slice::from_ref(&first));
    let length = root.length;
    let file = draft.finish_with(&root, |header| header.root_length += 1);
    let expected = format!(
        "wrong root index length in header ({} != {length})",
        length + 1
    );
    check_both(&file, &[at(0, &expected)]);
}

#[test]
fn blocks_without_a_reference() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let second = draft.data(&["b"]);
    let root = draft.index(1, &[first]);
    check_both(
        &draft.finish(&root),
        &[at(second.offset, "unreferenced block")],
    );

    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let second = draft.data(&["b"]);
    let left = draft.index(1, &[second]);
    let root = draft.index(1, &[first]);
    check_both(
        &draft.finish(&root),
        &[at(left.offset, "unreferenced block")],
    );
}

#[test]
fn an_extension_block_cannot_be_referred_to() {
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let extension = draft.builder.raw(&block(64, b"x"));
    let root = draft.index(1, &[first, extension.with_key("b")]);
    check_both(
        &draft.finish(&root),
        &[at(root.offset, &dangling(extension.offset))],
    );
}
