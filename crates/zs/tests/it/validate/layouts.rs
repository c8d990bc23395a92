//! Files that the format allows.

use blockyard_zs::{Level, ZsReader};

use proptest::prelude::*;

use super::{Draft, check_valid, options, validate};
use crate::build::{PACKINGS, Packing, Reference, block};

#[test]
fn index_blocks_behind_what_they_refer_to() {
    for packing in PACKINGS {
        let mut draft = Draft::packed(packing);
        let data = [&["a", "b"][..], &["b", "b"], &["c"], &["c", "dd"], &["e"]];
        let data = data.map(|records| draft.data(records));
        let left = draft.index(1, &data[..2]);
        let right = draft.index(1, &data[2..]);
        let root = draft.index(2, &[left, right]);
        let file = draft.finish(&root);
        check_valid(&file);
        let report = validate(&file).unwrap();
        assert_eq!((report.records, report.payload_bytes), (8, 17));
        assert_eq!((report.data_blocks, report.index_blocks), (5, 3));
        assert_eq!(report.root_level, Some(Level::new(2)));
    }
}

/// Builds a file with references to blocks that come later: again and again, until all are where the references
/// of the build before say.
fn settled(
    build: impl Fn(&[Reference]) -> (Vec<u8>, Vec<Reference>),
    references: usize,
) -> Vec<u8> {
    let guess = Reference {
        key: Vec::new(),
        offset: 1000,
        length: 100,
    };
    let mut known = vec![guess; references];
    for _ in 0..10 {
        let (file, found) = build(&known);
        let is_settled = known
            .iter()
            .zip(&found)
            .all(|(known, found)| (known.offset, known.length) == (found.offset, found.length));
        if is_settled {
            return file;
        }
        known = found;
    }
    panic!("the places of the blocks do not settle");
}

#[test]
fn index_blocks_before_what_they_refer_to() {
    let build = |known: &[Reference]| {
        let mut draft = Draft::new();
        let root = draft.index(2, &[known[0].clone(), known[1].clone()]);
        let left = draft.index(1, &[known[2].clone()]);
        let first = draft.data(&["a", "b"]);
        let right = draft.index(1, &[known[3].clone()]);
        let second = draft.data(&["c", "d"]);
        (draft.finish(&root), vec![left, right, first, second])
    };
    check_valid(&settled(build, 4));
}

/// The blocks of a tree with 8 data blocks of one record each.
#[derive(Clone, Copy, Debug)]
enum Node {
    Data(usize),
    /// By its level, its number on that level and the number of the first block that it refers to.
    Index(u8, usize, usize),
}

const INDEX: [Node; 7] = [
    Node::Index(3, 14, 12),
    Node::Index(2, 12, 8),
    Node::Index(2, 13, 10),
    Node::Index(1, 8, 0),
    Node::Index(1, 9, 2),
    Node::Index(1, 10, 4),
    Node::Index(1, 11, 6),
];

proptest! {
    #[test]
    fn index_blocks_anywhere(places in proptest::collection::vec(0_usize..=8, 7), rotation in 0_usize..7) {
        // Data blocks keep their order; each index block is before one of them or behind all.
        let mut nodes = Vec::new();
        for data in 0..=8 {
            for idx in 0..7 {
                let idx = (idx + rotation) % 7;
                if places[idx] == data {
                    nodes.push(INDEX[idx]);
                }
            }
            if data < 8 {
                nodes.push(Node::Data(data));
            }
        }
        let build = |known: &[Reference]| {
            let mut draft = Draft::packed(Packing::None);
            let mut found = known.to_vec();
            for node in &nodes {
                match *node {
                    Node::Data(number) => {
                        found[number] = draft.data(&[["a", "b", "c", "d", "e", "f", "g", "h"][number]]);
                    }
                    Node::Index(level, number, child) => {
                        found[number] = draft.index(level, &known[child..child + 2]);
                    }
                }
            }
            let root = found[14].clone();
            (draft.finish(&root), found)
        };
        check_valid(&settled(build, 15));
    }
}

#[test]
fn keys_between_blocks() {
    let mut draft = Draft::new();
    let first = draft.data(&["apple", "banana"]);
    let second = draft.data(&["cherry", "date"]);
    let third = draft.data(&["elder"]);
    let left = draft.index(1, &[first.with_key(""), second.with_key("c")]);
    let right = draft.index(1, &[third.with_key("date")]);
    let root = draft.index(2, &[left.with_key("a"), right.with_key("e")]);
    check_valid(&draft.finish(&root));
}

#[test]
fn extension_blocks_are_passed_over() {
    let mut draft = Draft::new();
    draft.builder.raw(&block(64, b"not deflate"));
    let first = draft.data(&["a"]);
    draft.builder.raw(&block(255, b""));
    let second = draft.data(&["b"]);
    let root = draft.index(1, &[first, second]);
    draft.builder.raw(&block(100, b"behind the root"));
    let file = draft.finish(&root);
    check_valid(&file);
    assert_eq!(validate(&file).unwrap().extension_blocks, 3);
}

#[test]
fn headers_that_are_longer_than_others() {
    let mut draft = Draft::new();
    draft.builder.header.extension = vec![0xee; 9000];
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    check_valid(&draft.finish(&root));
}

#[test]
fn keys_of_metadata_that_come_again() {
    let text = r#"{"a":{"b":1,"\u0062":[{"b":2,"a":3}]} , "b":"a","a" :0,"c":["a","a",{"x":"x"}]}"#;
    let mut draft = Draft::new();
    draft.builder.header.metadata = text.as_bytes().to_vec();
    let first = draft.data(&["a"]);
    let root = draft.index(1, &[first]);
    let file = draft.finish(&root);
    let report = ZsReader::open(file).unwrap().validate(&options(1)).unwrap();
    assert!(report.is_valid(), "{report}");
    assert_eq!(report.duplicate_keys, ["b", "a"]);
}
