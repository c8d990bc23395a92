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

pub(crate) const MERGE: &str = r"Usage: zs merge [options] [--] <zs_file>... -o <new_zs_file>

Make one file of the records of several. Blocks between whose records no others belong are
copied as they are.

  --unique                  keep one of equal records
  --approx-block-size=BYTES bytes of records in a block that is made of several
                            [default: 393216]
  --codec, -z               as for make [default: the codec of the first file]
  --metadata=JSON           [default: that of the first file]
  -f, --force               replace <new_zs_file>
  -j N                      use N threads, which does not change the file [default: guess]
";

pub(crate) const SUBSET: &str = r"Usage: zs subset [options] [--] <zs_file> -o <new_zs_file>

Make a file of some of the records of another, which may be a URL. Only the blocks that are
needed are read, and all but the first and the last of them are copied as they are.

  --start, --stop, --prefix which records, as for dump
  --codec, -z, --metadata, -f, -j
                            as for merge
";

pub(crate) const SPLIT: &str = r"Usage: zs split [options] [--] <zs_file> -o <prefix>

Split a file between blocks into <prefix>.0000.zs, <prefix>.0001.zs and so on. Equal records
stay together.

  -n N, --parts=N           into N parts of about the same size, or fewer
  --max-bytes=SIZE          into parts of about SIZE at most, such as 64M
  --codec, -z, --metadata, -f, -j
                            as for merge
";

pub(crate) const RECODE: &str = r"Usage: zs recode [options] [--] <zs_file> -o <new_zs_file>

Make a file of the same records with another codec or other blocks.

  --codec, -z, --approx-block-size
                            as for make
  --metadata, -f, -j        as for merge
";

pub(crate) const SET_METADATA: &str = r"Usage: zs set-metadata [options] [--] <metadata> <zs_file>

Make a file with the same data blocks and other metadata, a JSON object. It takes the place of
<zs_file> when it is complete, or else is <new_zs_file>.

  -o FILE, --output=FILE    make FILE, and leave <zs_file> as it is
  -f, --force               replace FILE
  -j N                      use N threads [default: guess]
";

pub(crate) const REPAIR: &str = r"Usage: zs repair [options] [--] <zs_file> -o <new_zs_file>

Make a file of all blocks that are right in a damaged or unfinished one, with a new index, and
print what was left out and which records are lost. Exit status 1 if any may be.

  --json                    print the report as JSON
  -f, --force               replace <new_zs_file>
  -j N                      use N threads [default: guess]
";
