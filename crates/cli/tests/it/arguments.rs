//! What is made of command lines and of the environment.

use crate::support::{Place, end, lines};

/// The command line is refused with gzip's words, and nothing is touched.
#[track_caller]
fn refused(line: &str, complaint: &str) {
    let place = Place::new();
    place.write("a", "text");
    let program = line.split(' ').next().unwrap();
    let expected =
        format!("{program}: {complaint}\nTry `{program} --help' for more information.\n");
    let stdout = place.run(line).saying(1, &expected);
    assert_eq!(stdout, b"");
    assert_eq!(place.names(), ["a"]);
}

#[test]
fn unknown_and_incomplete_options() {
    refused("gzip -y a", "invalid option -- 'y'");
    refused("gzip --bogus a", "unrecognized option '--bogus'");
    refused("gzip -S", "option requires an argument -- 'S'");
    refused("gzip --suffix", "option '--suffix' requires an argument");
    refused(
        "gzip --force=1 a",
        "option '--force' doesn't allow an argument",
    );
    refused(
        "gzip --ver a",
        "option '--ver' is ambiguous; possibilities: '--verbose' '--version'",
    );
}

#[test]
fn values_out_of_range() {
    refused("gzip --suffix= a", "invalid suffix ''");
    refused("gzip -S/x a", "invalid suffix '/x'");
    refused("pigz -p 0 a", "invalid number of processes '0'");
    refused("pigz -p4x a", "invalid number of processes '4x'");
    refused("pigz -b 16 a", "invalid block size '16'");
    refused("pigz -b x a", "invalid block size 'x'");
    refused("pigz -13 a", "-13: only levels 0 to 12 exist");
    refused("gzip --range 5 a", "invalid range '5'");
    refused("gzip --range 5:x a", "invalid range '5:x'");
}

#[test]
fn what_is_not_built_is_named() {
    refused(
        "pigz -K a",
        "-K not supported: zip files are not written; use the gzip format or -z",
    );
    refused(
        "gzip -Z a",
        "-Z not supported: the compress (.Z) format is not written",
    );
    for flag in ["-H", "-U", "--huffman", "--rle"] {
        let short = if flag.contains('u') || flag == "-H" {
            "-H"
        } else {
            "-U"
        };
        refused(
            &format!("pigz {flag} a"),
            &format!(
                "{short} not supported: the encoder chooses its strategy itself; use -1 for speed"
            ),
        );
    }
    for flag in ["-F", "-I 5", "-J 5", "-O"] {
        let short = &flag[..2];
        refused(
            &format!("pigz {flag} a"),
            &format!("{short} not supported: there is no iterated search to tune; use -11 or -12"),
        );
    }
    refused(
        "gzip --index -c a",
        "--index needs the name of a file to stand beside; it does not go with -c, -l, -t or \
         --range",
    );
}

/// Compresses `a` and checks that a file of this name, and no other, stands beside it.
#[track_caller]
fn makes(line: &str, name: &str) {
    let place = Place::new();
    let text = lines(100_000);
    place.write("a", &text);
    place.run(line).quietly(0);
    assert_eq!(place.names(), ["a", name], "{line}");
    assert_eq!(
        place.run(&format!("gzip -dc {name}")).quietly(0),
        text,
        "{line}"
    );
}

#[test]
fn spellings() {
    makes("gzip -k a", "a.gz");
    makes("gzip -9kf a", "a.gz");
    makes("gzip a -k", "a.gz");
    makes("gzip -k -- a", "a.gz");
    makes("gzip --keep --best a", "a.gz");
    makes("gzip --ke --fa a", "a.gz");
    makes("pigz -kp4 -b64 a", "a.gz");
    makes("pigz -k -p 4 -b 128 a", "a.gz");
    makes("pigz --processes=2 --blocksize 1M -k a", "a.gz");
    makes("pigz -kiR11 a", "a.gz");
    makes("pigz -kz a", "a.zz");
    makes("gzip -kS.x a", "a.x");
    makes("gzip -k -S .x a", "a.x");
    makes("gzip -k --suffix=.x a", "a.x");
    makes("gzip -k --suffix .x a", "a.x");
    makes("gzip -kYnNmMT --synchronous a", "a.gz");
    makes("blockyard gzip -k a", "a.gz");
}

#[test]
fn bits_of_codes_are_no_block_size() {
    for bits in ["-b 1", "-b16", "--bits 16", "--bits=9", "-b 64"] {
        makes(&format!("gzip {bits} -k a"), "a.gz");
    }
    refused("gzip -b 17 a", "invalid block size '17'");
    refused("gzip -b 0 a", "invalid block size '0'");
    refused("pigz -b 16 a", "invalid block size '16'");
}

#[test]
fn later_levels_win_and_all_exist() {
    let place = Place::new();
    place.write("a", lines(200_000));
    let size = |flags: &str| place.run(&format!("gzip -c {flags} a")).quietly(0).len();
    assert!(size("-0") > 200_000);
    assert_eq!(size("-1 -9"), size("--best"));
    assert_eq!(size("-9 -1"), size("--fast"));
    assert_eq!(size(""), size("-6"));
    for level in 1..=12 {
        assert!(size(&format!("-{level}")) < 100_000, "level {level}");
    }
}

#[test]
fn a_dash_and_what_follows_two_dashes() {
    let place = Place::new();
    place.write("-9", "text");
    place.run("gzip -- -9").quietly(0);
    assert_eq!(place.names(), ["-9.gz"]);
    let packed = place.run_with("gzip -c -", b"hello").quietly(0);
    assert_eq!(place.run_with("gunzip", &packed).quietly(0), b"hello");
}

/// Runs with a variable set and checks exit code and messages.
#[track_caller]
fn environment(program: &str, variable: &str, value: &str, code: i32, stderr: &str) -> Vec<u8> {
    let place = Place::new();
    place.write("a", lines(100_000));
    let mut command = place.command(program, ["-c", "a"]);
    end(command.env(variable, value), b"").saying(code, stderr)
}

const DEPRECATED: &str =
    "gzip: warning: GZIP environment variable is deprecated; use an alias or script\n";

#[test]
fn variables_set_what_is_harmless() {
    let best = Place::new();
    best.write("a", lines(100_000));
    let best = best.run("gzip -9c a").quietly(0);
    let strip_time = |file: &[u8]| [&file[..4], &file[8..]].concat();
    for (program, variable, stderr) in [
        ("gzip", "GZIP", DEPRECATED),
        ("pigz", "GZIP", ""),
        ("pigz", "PIGZ", ""),
    ] {
        let found = environment(program, variable, "-9", 0, stderr);
        assert_eq!(
            strip_time(&found),
            strip_time(&best),
            "{program} {variable}"
        );
    }
    environment("gzip", "GZIP", "-q", 0, "");
    environment("gzip", "GZIP", "", 0, "");
    environment("gzip", "GZIP", " -n --rsyncable\t-p 2 -b64 ", 0, DEPRECATED);
    let place = Place::new();
    place.write("a", "text");
    for program in ["pigz", "unpigz"] {
        let mut command = place.command(
            program,
            ["-f", if program == "pigz" { "a" } else { "a.gz" }],
        );
        end(command.env("GZIP", "-T").env("PIGZ", "-k --keep"), b"").quietly(0);
    }
    assert_eq!(place.names(), ["a", "a.gz"]);
    // gzip does not know pigz's variable.
    environment("gzip", "PIGZ", "-d", 0, "");
}

#[test]
fn variables_cannot_do_harm() {
    for value in [
        "-d",
        "-c",
        "-f",
        "-r",
        "-t",
        "-l",
        "--decompress",
        "-S.x",
        "-C x",
        "--",
    ] {
        let token = value.split(' ').next().unwrap();
        let token = match token {
            "--decompress" => "-d",
            "-S.x" => "-S",
            token => token,
        };
        for (program, variable) in [("gzip", "GZIP"), ("pigz", "GZIP"), ("pigz", "PIGZ")] {
            let expected = format!(
                "{program}: {token}: option not valid in {variable} environment variable\nTry *"
            );
            assert_eq!(environment(program, variable, value, 1, &expected), b"");
        }
    }
    let refused = "gzip: -k: option not valid in GZIP environment variable\nTry *";
    environment("gzip", "GZIP", "-k", 1, refused);
    environment(
        "pigz",
        "PIGZ",
        "-9 b",
        1,
        "pigz: b: non-option in PIGZ environment variable\n*",
    );
}

#[test]
fn options_that_only_print() {
    let place = Place::new();
    let version = env!("CARGO_PKG_VERSION");
    let printed = |line: &str| String::from_utf8(place.run(line).quietly(0)).unwrap();
    assert_eq!(printed("gzip -V"), format!("gzip (blockyard) {version}\n"));
    assert!(printed("pigz -vV").contains("crc32"));
    assert!(printed("zcat --license").contains("MIT OR Apache-2.0"));
    assert!(printed("unpigz --help").starts_with("Usage: unpigz [OPTION]... [FILE]...\n"));
    assert!(printed("blockyard gzip -h").starts_with("Usage: blockyard gzip "));
    assert!(printed("blockyard --help").contains("  gzip "));
    // All that the help promises fits on a terminal.
    assert!(
        printed("gzip -h")
            .lines()
            .all(|line| line.chars().count() <= 90)
    );
    assert!(printed("gzip -h").contains("\n  -0 ... -12 "));
    let said = place.write("a", "text");
    place
        .run("gzip -ak a")
        .saying(0, "gzip: option --ascii ignored on this system\n");
    assert!(said.exists());
}
