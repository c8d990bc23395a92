//! Records and keys in the wrong order.

use super::{Draft, at, check, check_quick};

#[test]
fn records_within_a_block() {
    let mut draft = Draft::new();
    let first = draft.data(&["a", "c", "b", "c"]);
    let root = draft.index(1, std::slice::from_ref(&first));
    let expected = "unsorted records within block: 'c' before 'b', number 2 of the block";
    let file = draft.finish(&root);
    check(&file, &[at(first.offset, expected)]);
    check_quick(&file, &[]);
}

#[test]
fn keys_within_an_index_block() {
    let mut draft = Draft::new();
    let first = draft.data(&["a", "b"]);
    let second = draft.data(&["b", "c"]);
    let third = draft.data(&["c"]);
    let root = draft.index(1, &[first, second.with_key("b"), third.with_key("aa")]);
    let file = draft.finish(&root);
    let unsorted = "unsorted records within block: 'b' before 'aa', number 2 of the block";
    let small = format!("key 'aa' is too small for block at {}", third.offset);
    check(&file, &[at(root.offset, unsorted), at(root.offset, &small)]);
    check_quick(&file, &[at(root.offset, unsorted)]);
}

#[test]
fn offsets_of_data_blocks() {
    // All records are equal, so that nothing else is wrong.
    let mut draft = Draft::new();
    let first = draft.data(&["a"]);
    let second = draft.data(&["a"]);
    let root = draft.index(1, &[second.clone(), first.clone()]);
    let expected = format!(
        "unsorted offsets in index block: {} behind a block that ends at {}",
        first.offset,
        second.offset + second.length
    );
    let file = draft.finish(&root);
    check(&file, &[at(root.offset, &expected)]);
    check_quick(&file, &[at(root.offset, &expected)]);
}

#[test]
fn data_blocks_in_the_order_of_the_index_only() {
    let mut draft = Draft::new();
    let first = draft.data(&["a", "b"]);
    let second = draft.data(&["g", "h"]);
    let third = draft.data(&["e", "f"]);
    let fourth = draft.data(&["i", "j"]);
    let left = draft.index(1, &[first, third.clone()]);
    let right = draft.index(1, &[second, fourth]);
    let root = draft.index(2, &[left.clone(), right]);
    let unsorted = "unsorted records across blocks: 'h' before 'e'";
    let small = format!("key 'e' is too small for block at {}", third.offset);
    check(
        &draft.finish(&root),
        &[at(third.offset, unsorted), at(left.offset, &small)],
    );
}

#[test]
fn blocks_of_an_index_that_are_interleaved() {
    let mut draft = Draft::new();
    let data = ["a", "b", "c", "d"].map(|record| draft.data(&[record]));
    let left = draft.index(1, &[data[0].clone(), data[2].clone()]);
    let right = draft.index(1, &[data[1].clone(), data[3].clone()]);
    let root = draft.index(2, &[left, right.clone()]);
    let small = format!("key 'b' is too small for block at {}", right.offset);
    let file = draft.finish(&root);
    check(&file, &[at(root.offset, &small)]);
    check_quick(&file, &[at(root.offset, &small)]);
}

#[test]
fn keys_of_data_blocks() {
    let mut draft = Draft::new();
    let first = draft.data(&["b", "c"]);
    let second = draft.data(&["f", "g"]);
    let root = draft.index(1, &[first.with_key("bb"), second.with_key("bz")]);
    check(
        &draft.finish(&root),
        &[
            at(
                root.offset,
                &format!("key 'bb' is too large for block at {}", first.offset),
            ),
            at(
                root.offset,
                &format!("key 'bz' is too small for block at {}", second.offset),
            ),
        ],
    );
}

#[test]
fn keys_of_index_blocks() {
    let mut draft = Draft::new();
    let data = ["b", "d", "f", "h"].map(|record| draft.data(&[record]));
    let left = draft.index(1, &data[..2]);
    let right = draft.index(1, &data[2..]);
    let large = draft.index(2, &[left.with_key("c"), right.with_key("g")]);
    let expected = [
        at(
            large.offset,
            &format!("key 'c' is too large for block at {}", left.offset),
        ),
        at(
            large.offset,
            &format!("key 'g' is too large for block at {}", right.offset),
        ),
    ];
    check(&draft.finish(&large), &expected);
    let mut draft = Draft::new();
    let data = ["b", "d", "f", "h"].map(|record| draft.data(&[record]));
    let left = draft.index(1, &data[..2]);
    // Its first key is too small by itself, as the data block before has a larger record.
    let right = draft.index(1, &[data[2].with_key("a"), data[3].clone()]);
    let root = draft.index(2, &[left, right.with_key("c")]);
    let expected = [
        at(
            right.offset,
            &format!("key 'a' is too small for block at {}", data[2].offset),
        ),
        at(
            root.offset,
            &format!("key 'c' is too small for block at {}", right.offset),
        ),
    ];
    check(&draft.finish(&root), &expected);
}
