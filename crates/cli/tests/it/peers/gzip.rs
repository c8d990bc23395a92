//! The gzip of GNU: files, messages and exit codes.

use super::scene::{Scene, compare, gnu_gzip, play};
use crate::support::{Place, end, peer};

/// Returns messages without what may differ: empty lines, how much the encoder saves, and the details
/// that we put in brackets.
fn shape(stderr: &str) -> Vec<String> {
    let shape = |line: &str| {
        let ends = [" (member ", ": expected ", " -- created", " -- replaced"];
        let end = ends.iter().filter_map(|&detail| line.find(detail)).min();
        let line = &line[..end.unwrap_or(line.len())];
        match line.split_once(":\t") {
            Some((name, _)) if line.ends_with('%') => name.to_owned(),
            _ => line.to_owned(),
        }
    };
    stderr
        .lines()
        .map(shape)
        .filter(|line| !line.trim().is_empty())
        .collect()
}

fn same_as_gzip(scene: &Scene) {
    let Some(gzip) = gnu_gzip() else { return };
    let (real, real_files, real_stdout) = play(scene, |_, name| peer(name).unwrap(), &gzip);
    let (ours, our_files, our_stdout) = play(scene, Place::binary, &gzip);
    let line = &scene.line;
    assert_eq!(
        ours.status, real.status,
        "{line}: {:?} {:?}",
        ours.stderr, real.stderr
    );
    assert_eq!(our_stdout, real_stdout, "{line}");
    compare(line, &our_files, &real_files);
    let (mut ours, mut real) = (shape(&ours.stderr), shape(&real.stderr));
    // Where folders are walked, the order of the files is the system's with gzip, and ours by name.
    if line.contains("-r") {
        ours.sort();
        real.sort();
    }
    assert_eq!(ours, real, "{line}");
}

#[test]
fn files_with_gzip() {
    for line in [
        "gzip a",
        "gzip -k a",
        "gzip -9kf a b",
        "gzip -1 a b empty",
        "gzip a nosuch b",
        "gzip taken",
        "gzip -f taken",
        "gzip -kf taken",
        "gzip x.gz",
        "gzip -f x.gz",
        "gzip archive.tgz UPPER.GZ old-gz",
        "gzip -S .x a x.gz",
        "gzip -c a",
        "gzip -c link",
        "gzip -c d",
        "gzip link",
        "gzip -f link",
        "gzip dangling",
        "gzip -f dangling",
        "gzip special",
        "gzip -f special",
        "gzip -c special",
        "gzip hard",
        "gzip -f hard",
        "gzip -q hard d a",
        "gzip -n a",
        "gzip -N a",
        "gzip -m a",
        "gzip --rsyncable -k a",
        "gzip --synchronous a",
        "gzip -ak a",
        "gzip -b 16 -k a",
        "gzip --bits=1 -k a",
        "gzip d",
        "gzip -r d",
        "gzip -rk d a",
        "gzip -rq d/one d",
        "gzip -- -dash",
        "gzip -v -- -dash",
        "gzip -vk empty b",
        "gzip -y a",
        "gzip --bogus a",
        "gzip -S",
    ] {
        let scene = Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        };
        same_as_gzip(&scene);
    }
}

#[test]
fn back_with_gzip() {
    for line in [
        "gunzip x.gz",
        "gzip -d x.gz",
        "gzip -dk x.gz",
        "gunzip x",
        "gunzip old",
        "gunzip -c x.gz",
        "gzip -dc x a",
        "gunzip a",
        "gunzip -q a",
        "gunzip -v a",
        "gunzip nosuch",
        "gunzip nosuch.gz",
        "gunzip archive.tgz UPPER.GZ old-gz",
        "gunzip renamed.gz",
        "gunzip -N renamed.gz",
        "gunzip -n renamed.gz",
        "gunzip two.gz",
        "gunzip zeros.gz",
        "gunzip junk.gz",
        "gunzip -q junk.gz",
        "gunzip -t junk.gz",
        "gunzip -c junk.gz",
        "gunzip -cf junk.gz",
        "gunzip -k cut.gz",
        "gunzip -t cut.gz",
        "gunzip wrong.gz",
        "gunzip length.gz",
        "gzip -t wrong.gz length.gz x.gz",
        "gunzip text.gz",
        "gunzip -c text.gz",
        "gunzip -cf text.gz a x.gz",
        "gunzip -f text.gz",
        "gunzip none.gz",
        "gzip -t none.gz",
        "gunzip -cf none.gz",
        "gunzip taken.gz",
        "gunzip -f taken.gz",
        "gunzip link.gz",
        "gunzip -c link.gz",
        "gzip -t link.gz",
        "gunzip -f link.gz",
        "gunzip -r d",
        "gunzip d",
        "gzip -tv x.gz",
        "gzip -t a",
        "gzip -rt d",
        "gzip -rtv d",
        "gzip -rt d/one",
        "gzip -S .x -d x.gz",
    ] {
        // The real gunzip is a script that calls gzip.
        let line = line.replace("gunzip", "gzip -d");
        same_as_gzip(&Scene {
            line,
            stdin: Vec::new(),
            variable: None,
        });
    }
}

#[test]
fn tables_with_gzip() {
    for line in [
        "gzip -l x.gz",
        "gzip -l x",
        "gzip -lv x.gz",
        "gzip -lv x.gz renamed.gz",
        "gzip -lq x.gz renamed.gz",
        "gzip -lN renamed.gz",
        "gzip -lvN renamed.gz",
        "gzip -l archive.tgz",
        "gzip -l a x.gz",
        "gzip -l text.gz x.gz renamed.gz",
        "gzip -l cut.gz",
        "gzip -l none.gz",
        "gzip -l nosuch",
        "gzip -rl d",
    ] {
        same_as_gzip(&Scene {
            line: line.to_owned(),
            stdin: Vec::new(),
            variable: None,
        });
    }
}

#[test]
fn streams_with_gzip() {
    let Some(gzip) = gnu_gzip() else { return };
    let packed = end(&mut Place::new().prepare(&gzip, ["-c"]), b"streamed").quietly(0);
    for (line, stdin) in [
        ("gzip", b"text".to_vec()),
        ("gzip -", b"text".to_vec()),
        ("gzip -c - a", b"text".to_vec()),
        ("gzip -d", packed.clone()),
        ("gzip -dc - x.gz", packed.clone()),
        ("gzip -t", packed.clone()),
        ("gzip -l", packed.clone()),
        ("gzip -lv", packed.clone()),
        ("gzip -d", b"text".to_vec()),
        ("gzip -df", b"text".to_vec()),
        ("gzip -d", Vec::new()),
        ("gzip -d", packed[..packed.len() - 3].to_vec()),
        ("gzip -d", [packed.clone(), b"junk".to_vec()].concat()),
        ("gzip -dcf", [packed.clone(), b"junk".to_vec()].concat()),
        ("zcat", packed),
    ] {
        same_as_gzip(&Scene {
            line: line.to_owned(),
            stdin,
            variable: None,
        });
    }
}

#[test]
fn the_environment_with_gzip() {
    for value in [
        "-9",
        "-1",
        "--best",
        "-n",
        "-N",
        "-q",
        "-v",
        "-9v",
        "--rsyncable",
        "-c",
        "-d",
        "-f",
        "-k",
        "-l",
        "-r",
        "-S.x",
        "-t",
        "-V",
        "-h",
        "-L",
        "-a",
        "-",
        "x",
        "-9 x",
        "--",
        "",
    ] {
        let line = "gzip b".to_owned();
        same_as_gzip(&Scene {
            line,
            stdin: Vec::new(),
            variable: Some(("GZIP", value)),
        });
    }
}
