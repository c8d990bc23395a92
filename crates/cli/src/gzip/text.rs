//! The texts of `--help`, `--version` and `--license`.

use crate::personality::Personality;

/// Returns what is printed after a wrong command line.
pub(crate) fn usage(personality: &Personality, complaint: &str) -> String {
    let name = &personality.name;
    format!("{name}: {complaint}\nTry `{name} --help' for more information.\n")
}

/// Returns the help.
pub(crate) fn help(personality: &Personality) -> String {
    format!("Usage: {} [OPTION]... [FILE]...\n{HELP}", personality.name)
}

/// Returns the version; detailed, with those of the parts.
pub(crate) fn version(personality: &Personality, detailed: bool) -> String {
    let name = &personality.name;
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("{name} (blockyard) {version}\n");
    if detailed {
        text.push_str("deflate and inflate: blockyard-codec, in Rust; crc32: crc32fast\n");
    }
    text
}

/// Returns the license in short.
pub(crate) fn license(personality: &Personality) -> String {
    format!(
        "{}Licensed under {}.\n",
        version(personality, false),
        env!("CARGO_PKG_LICENSE")
    )
}

const HELP: &str = "\
Compress or decompress FILEs, by default in place, on all processors.
With no FILE, or when FILE is -, read standard input and write standard output.

What to do:
  -d, --decompress       decompress; also -t on names with a known suffix
  -t, --test             check compressed files
  -l, --list             list sizes and names, counted by decoding; -lv adds method,
                         checksum and time, -lvv each member
      --range OFF:LEN    print LEN decompressed bytes from offset OFF (4K, 1M, ...; no
                         LEN for all the rest), with the help of FILE's index if any
      --index            when compressing, also write an index for --range to FILE.gz.byi;
                         for compressed FILEs (or with -d) write just the index
  -c, --stdout           write to standard output, keep the files
  -k, --keep             keep the original files
  -f, --force            overwrite, follow links, compress what has a suffix already,
                         write to terminals; with -dc copy what is not compressed
  -r, --recursive        walk through folders

How to compress:
  -0 ... -12             store (0), fastest (1) to smallest (12); default 6
      --fast, --best     -1, -9
  -p, --processes N      use N threads; the result is the same for every N
  -b, --blocksize N      cut into blocks of N KiB (32 to 524288), or 1M and the like
  -i, --independent      do not refer from block to block
  -R, --rsyncable        cut where the content says, so that rsync finds equal parts
  -z, --zlib             write zlib (.zz) instead of gzip

What to keep about files:
  -n, --no-name          neither save nor restore name and time
  -N, --name             save or restore name and time
  -m, -T, --no-time      neither save nor restore the time
  -M, --time             save or restore the time
  -S, --suffix SUF       use suffix SUF on compressed files
  -C, --comment TEXT     store a comment
  -A, --alias NAME       store NAME as the name of standard input

What to tell:
  -q, --quiet            no warnings
  -v, --verbose          a line for each file
      --stats            blocks, bytes and time of each stage
  -h, --help    -L, --license    -V, --version

Accepted without effect: -Y, --synchronous (files are always synced before their
originals are removed) and -a, --ascii. Not supported: -K, -Z, -H, -U, -F, -I, -J, -O.

Environment: GZIP, and with pigz's names and `blockyard gzip` also PIGZ, may hold
-0 to -12, --fast, --best, -b, -i, -m, -M, -n, -N, -p, -q, -R, --stats, -T, -v and -Y,
and -k with those names. Anything else in them is an error.
Exit status: 0 done, 1 error, 2 warning.
";
