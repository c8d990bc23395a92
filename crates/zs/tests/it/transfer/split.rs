use blockyard_zs::{Compression, MergeOptions, Parts, SplitPlan, ZsReader, merge};

use super::{COMPRESSIONS, Records, file, file_of, numbered, open, raw_blocks, records_of, write};

/// Writes the parts, which together must be the file, and returns them.
#[track_caller]
fn split(file: &[u8], parts: Parts) -> Vec<Vec<u8>> {
    let reader = open(file);
    let compression = Compression::from(reader.header().codec);
    let plan = SplitPlan::new(&reader, parts).unwrap();
    let mut files = Vec::new();
    for part in plan.parts() {
        let written = write(compression, |sink, options| {
            part.write(&reader, sink, options)
        });
        let written = written.unwrap();
        assert_eq!(raw_blocks(&written).len() as u64, part.blocks());
        files.push(written);
    }
    let records: Records = files.iter().flat_map(|file| records_of(file)).collect();
    assert_eq!(records, records_of(file));
    let blocks: Vec<_> = files.iter().flat_map(|file| raw_blocks(file)).collect();
    assert_eq!(blocks, raw_blocks(file));
    let readers: Vec<ZsReader<&[u8]>> = files.iter().map(|file| open(file)).collect();
    let merged = write(compression, |sink, options| {
        merge(&readers, &MergeOptions::default(), sink, options)
    });
    assert_eq!(merged.unwrap(), file);
    files
}

fn count(number: usize) -> Parts {
    Parts::Count(number.try_into().unwrap())
}

fn max_bytes(number: u64) -> Parts {
    Parts::MaxBytes(number.try_into().unwrap())
}

#[test]
fn into_so_many_parts() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..400), 10);
        for number in [1, 2, 3, 7, 39, 40] {
            let files = split(&file, count(number));
            assert_eq!(files.len(), number);
            let lengths = files.iter().map(|file| raw_blocks(file).concat().len());
            let (least, most) = (lengths.clone().min().unwrap(), lengths.max().unwrap());
            let block = raw_blocks(&file).iter().map(Vec::len).max().unwrap();
            assert!(most - least <= 2 * block, "{least} to {most}");
        }
        assert_eq!(split(&file, count(1000)).len(), 40);
    }
}

#[test]
fn into_parts_of_a_size() {
    for compression in COMPRESSIONS {
        let file = file_of(compression, &numbered(0..400), 10);
        for most in [600, 1000, 3000, 5000] {
            let files = split(&file, max_bytes(most));
            assert!(files.len() > 1);
            for file in &files {
                assert!(file.len() as u64 <= most, "{} of {most}", file.len());
            }
        }
        assert_eq!(split(&file, max_bytes(1)).len(), 40);
        assert_eq!(split(&file, max_bytes(1 << 20)).len(), 1);
    }
}

#[test]
fn equal_records_stay_together() {
    let blocks: Vec<Vec<&str>> = vec![
        vec!["a", "b"],
        vec!["b", "c"],
        vec!["c", "c"],
        vec!["c", "d"],
        vec!["e", "f"],
        vec!["f", "g"],
    ];
    let file = file(Compression::None, &blocks);
    let ends = |parts: Parts| -> Vec<String> {
        let files = split(&file, parts);
        let records = files.iter().map(|file| records_of(file).concat());
        records
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .collect()
    };
    assert_eq!(
        ends(count(6)),
        ["abbccccd", "efffg".replace("fff", "ff").as_str()]
    );
    assert_eq!(ends(count(2)), ["abbccccd", "effg"]);
    // There is no room for the run of the first part.
    assert_eq!(ends(max_bytes(1)).len(), 6);
    let length = |blocks: u64| 125 + 14 + blocks * (13 + 98);
    assert_eq!(ends(max_bytes(length(5))), ["abbccccd", "effg"]);
}

#[test]
fn equal_records_in_all_of_a_file() {
    let file = file(Compression::None, &vec![vec!["same"; 3]; 9]);
    assert_eq!(split(&file, count(4)).len(), 1);
    assert!(split(&file, max_bytes(700)).len() > 1);
}
