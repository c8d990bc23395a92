//! The texts of `--help` and `--version`.

use super::COMMANDS;

/// Returns the version: that of the tool whose command line this is, and behind it our own.
pub(crate) fn version() -> String {
    format!("0.10.0+blockyard.{}\n", env!("CARGO_PKG_VERSION"))
}

/// Returns the help of all commands.
pub(crate) fn help() -> String {
    let mut text = HELP.to_owned();
    for command in COMMANDS {
        text.push('\n');
        text.push_str(command.help);
    }
    text
}

const HELP: &str = "\
Usage: zs <subcommand> [<args>...]
       zs --version
       zs [<subcommand>] --help

Make, query and check files of sorted records in the ZS format 0.10.
A <zs_file> that is read may be a URL that begins with http:// or https://.
Exit status: 0 done, 1 nothing found, damage found or failed, 2 wrong command line.
";

pub(crate) const MAKE: &str = r"Usage: zs make [options] [--] <metadata> <input_file>... <new_zs_file>

Make a file of the records in the input files, which have to be sorted by their bytes
(LC_ALL=C sort), also from one file to the next. - is standard input. Inputs that are
packed by gzip, zstd or xz are unpacked. <metadata> is a JSON object, such as '{}'.

What the input is:
  --terminator=TERMINATOR   records have this behind each [default: \n]
  --length-prefixed=TYPE    records have their length before each, as u64le or uleb128
  --plain                   take packed inputs as they are
  --sort                    sort the records
  --unique                  with --sort: keep one of equal records
  --memory=SIZE             with --sort: memory for records [default: 256M]; the rest is in
                            temporary files in $TMPDIR, or else beside <new_zs_file>

What the file is:
  --codec=CODEC             none, deflate or lzma [default: lzma]
  -z LEVEL, --compress-level=LEVEL
                            deflate: 0 to 12 [default: 6]; lzma: 0 to 9, 0e to 9e
                            [default: 0e]
  --approx-block-size=BYTES bytes of records in a block [default: 393216]
  --branching-factor=N      entries in an index block [default: 1024]
  --no-default-metadata     do not add build-info (user, host, time, version); the time is
                            that of $SOURCE_DATE_EPOCH where it is set

  -f, --force               replace <new_zs_file>
  --keep-partial            write under the name itself, and leave what there is of the file
                            when it cannot be finished: readers refuse it, zs repair does not
  -j N                      use N threads, which does not change the file [default: guess]
  --no-spinner              no progress bar
  -q, --quiet               say nothing but what is wrong
";

pub(crate) const DUMP: &str = r"Usage: zs dump [options] [--] <zs_file>

Print the records of a file, in order.

Which records (all that is given must hold; \n, \t, \x00 and the like are understood):
  --start=START             not smaller than START
  --stop=STOP               smaller than STOP
  --prefix=PREFIX           beginning with PREFIX
  --limit=N                 the first N of them
  --reverse                 the last one first

How to print them:
  --terminator=TERMINATOR   with this behind each [default: \n]
  --length-prefixed=TYPE    with the length before each, as u64le or uleb128
  --format=FORMAT           as json (a line each), csv or tsv, with the columns that the
                            record-format of the metadata names
  --count                   only their number

  -o FILE, --output=FILE    write to FILE, which appears when it is complete [default: -]
  -j N                      use N threads; 0 and 1 use none but the program's own
                            [default: guess]
  --salvage                 read the file block by block without its index, leave out what
                            is damaged and say so (then the exit status is 1)
";

pub(crate) const GET: &str = r"Usage: zs get [options] [--] <zs_file> [<key>...]

Print the records of keys: those whose first columns are the key. The separator of the
columns is that of the record-format in the metadata, or else a tab. Exit status 1 if
there is none.

  --keys-from=FILE          also take the keys from the lines of FILE; - is standard input
  --exact                   records that are the key
  --prefix                  records that begin with the key
  --limit=N                 the first N of all
  --reverse                 the last one of each key first
  --count                   only their number
  --terminator, --length-prefixed, --format, -o: as for dump
";

pub(crate) const INFO: &str = r"Usage: zs info [options] [--] <zs_file>

Print what the header of a file says, as JSON.

  -m, --metadata-only       only the metadata
";

pub(crate) const VALIDATE: &str = r"Usage: zs validate [options] [--] <zs_file>

Check a file against all that the format asks for, and print what is wrong.
Exit status 1 if anything is.

  --quick                   check the index and how long the blocks are, but do not read the
                            records
  --json                    print the report as JSON
  -j N                      use N threads; 0 and 1 use none but the program's own
                            [default: guess]
";

pub(crate) const MERGE: &str = r"Usage: zs merge [options] -o FILE [--] <zs_file>...

Make one file of the records of several. Blocks that do not overlap with those of other
files are copied as they are.

  -o FILE, --output=FILE    the new file
  --unique                  keep one of equal records
  --metadata=JSON           metadata of the new file [default: that of the first file]
  --codec=CODEC, -z LEVEL, --compress-level=LEVEL
                            as for make [default: the codec of the first file]
  --approx-block-size=BYTES, --branching-factor=N, -f, --force, -j N: as for make
";

pub(crate) const SUBSET: &str = r"Usage: zs subset [options] -o FILE [--] <zs_file>

Make a file of some records of another one, which may be far away: only the blocks that
have them are read, and copied as they are.

  -o FILE, --output=FILE    the new file
  --start=START, --stop=STOP, --prefix=PREFIX
                            which records, as for dump
  --metadata=JSON, --codec=CODEC, -z LEVEL, --branching-factor=N, -f, --force, -j N:
                            as for merge
";

pub(crate) const SPLIT: &str = r"Usage: zs split [options] -o NAME [--] <zs_file>

Make several files of one, by cutting it between blocks. A % in NAME stands for the
number of the part. Equal records stay together.

  -o NAME, --output=NAME    such as part-%.zs
  -n N, --number=N          make N parts of about the same size
  --size=SIZE               make parts of about SIZE at most, such as 64M
  --metadata=JSON, --codec=CODEC, -z LEVEL, --branching-factor=N, -f, --force, -j N:
                            as for merge
";

pub(crate) const RECODE: &str = r"Usage: zs recode [options] -o FILE [--] <zs_file>

Make a file of the same records that is packed in another way.

  -o FILE, --output=FILE    the new file
  --codec=CODEC, -z LEVEL, --compress-level=LEVEL
                            as for make [default: the codec of the file]
  --approx-block-size=BYTES bytes of records in a block [default: the blocks of the file]
  --metadata=JSON, --branching-factor=N, -f, --force, -j N: as for merge
";

pub(crate) const SET_METADATA: &str = r"Usage: zs set-metadata [options] [--] <zs_file> <metadata>

Give a file other metadata. Its blocks are copied as they are.

  -o FILE, --output=FILE    write a new file [default: replace the file itself, in one step]
  -f, --force               replace FILE
  -j N                      as for make
";

pub(crate) const REPAIR: &str = r"Usage: zs repair [options] -o FILE [--] <zs_file>

Make a file of what is right of a damaged or unfinished one, and say what is missing.
Exit status 1 if records are, or may be, lost.

  -o FILE, --output=FILE    the new file
  --metadata=JSON           metadata of the new file if that of the old one is lost
                            [default: {}]
  --branching-factor=N, -f, --force, -j N: as for make
";
