#!/usr/bin/env python3
"""Makes the corpora of the gzip benchmark from what a developer's machine holds.

    python3 bench/gzip/corpora.py [--out bench/data/gzip] [--size 67108864] [--only text,log]

Each corpus is one file of exactly `--size` bytes. The same machine gives the same bytes: folders are
walked in sorted order, groups of files are drawn with a fixed seed, and generated data comes from a
seeded generator. Files with equal content are taken once. Where a machine holds too little distinct
material, the rest is generated from word statistics of what was found, and `manifest.json` says how
many bytes that were.
"""

import argparse
import bz2
import gzip
import hashlib
import json
import math
import os
import random
import re
import struct
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

SEED = 20
MEBIBYTE = 1 << 20
NAMES = ["text", "src", "log", "bin", "html", "fastq", "packed", "mix"]
LEGAL = re.compile(r"(?i)^(licen[cs]e|copying|copyright|unlicense|notice|patents)")


# ---------------------------------------------------------------- what the machine holds


def sysroot():
    """Returns the folder of the Rust toolchain, or None."""
    try:
        out = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True)
        return Path(out.stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return None


def places():
    """Names the folders that material is taken from; missing ones are left out later."""
    rust = sysroot() or Path("/nonexistent")
    cargo = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry"
    python = Path(os.__file__).resolve().parent
    return {
        "rust": rust,
        "rust_html": rust / "share/doc/rust/html",
        "rust_source": rust / "lib/rustlib/src",
        "crates": cargo / "src",
        "crate_files": cargo / "cache",
        "python": python,
        "doc": Path("/usr/share/doc"),
        "man": Path("/usr/share/man"),
    }


def walk(root, suffixes, smallest=256, skip=lambda relative: False):
    """Lists regular files below `root` whose name ends in one of `suffixes`, sorted by path."""
    found = []
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in files:
            if not name.endswith(suffixes) and suffixes != ("",):
                continue
            path = os.path.join(folder, name)
            if os.path.islink(path) or skip(os.path.relpath(path, root)):
                continue
            try:
                if os.path.getsize(path) >= smallest and os.path.isfile(path):
                    found.append(path)
            except OSError:
                continue
    return sorted(found)


def drawn(paths, rng):
    """Orders files so that a prefix is a fair sample: folders are drawn, files of a folder stay together."""
    groups = {}
    for path in paths:
        groups.setdefault(os.path.dirname(path), []).append(path)
    folders = sorted(groups)
    rng.shuffle(folders)
    return [path for folder in folders for path in groups[folder]]


def read(path, limit=None):
    """Returns the bytes of a file, at most `limit`; nothing when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def read_prose(path, limit=MEBIBYTE):
    """Returns the text of a document, unpacked where it is gzip'ed; nothing when it is not text."""
    data = read(path, limit)
    if path.endswith(".gz"):
        try:
            with gzip.open(path) as file:
                data = file.read(limit)
        except (OSError, EOFError):
            return b""
    return b"" if b"\0" in data[:4096] else data


TAGS = re.compile(rb"(?s)<(script|style|head|nav|svg)\b.*?</\1>|<[^>]*>")
ENTITIES = {b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&#39;": b"'", b"&nbsp;": b" ", b"&amp;": b"&"}


def read_page_text(path):
    """Returns the text of an HTML page without its tags."""
    data = TAGS.sub(b"", read(path, 2 * MEBIBYTE))
    for entity, character in ENTITIES.items():
        data = data.replace(entity, character)
    return re.sub(rb"\s*\n\s*\n\s*", b"\n\n", data).strip() + b"\n"


# ---------------------------------------------------------------- a corpus under construction


class Corpus:
    """Collects distinct pieces until a number of bytes is reached and remembers where they came from."""

    def __init__(self, size):
        self.size = size
        self.data = bytearray()
        self.seen = set()
        self.sources = {}

    @property
    def missing(self):
        return self.size - len(self.data)

    def add(self, piece, source):
        """Appends `piece` unless it is known already; returns whether there is room for more."""
        digest = hashlib.blake2b(piece, digest_size=12).digest()
        if piece and digest not in self.seen:
            self.seen.add(digest)
            piece = piece[: self.missing]
            self.data += piece
            self.sources[source] = self.sources.get(source, 0) + len(piece)
        return self.missing > 0

    def fill(self, source, paths, share, reader=read, framed=False):
        """Adds files in order until they have given `share` of the whole."""
        goal = min(self.size, len(self.data) + int(self.size * share))
        for path in paths:
            if len(self.data) >= goal:
                return
            piece = reader(path)
            if piece and framed:
                piece = tar_entry(path, piece)
            self.add(piece, source)

    def top_up(self, rng):
        """Generates what is missing from the word pairs of what is there, because repeating is no data."""
        if self.missing <= 0:
            return
        words = re.findall(rb"\S+\s*", bytes(self.data[: 8 * MEBIBYTE])) or [b"block ", b"yard\n"]
        following = {}
        for first, second in zip(words, words[1:]):
            following.setdefault(first, []).append(second)
        word, pieces, count = words[0], [], 0
        while count < self.missing:
            pieces.append(word)
            count += len(word)
            word = rng.choice(following.get(word, words))
        self.add(b"".join(pieces), "generated from word pairs")


def tar_entry(path, data):
    """Frames a file as tar does: a header of 512 bytes, the data, zeros up to the next 512."""
    info = tarfile.TarInfo(path.lstrip("/")[-90:])
    info.size = len(data)
    info.mtime = 1_700_000_000
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "replace") + data + bytes(-len(data) % 512)


# ---------------------------------------------------------------- corpora that are found


def text(size, rng):
    """Prose: documentation, manual pages, change logs, text of pages."""
    where, corpus = places(), Corpus(size)
    prose = lambda root: drawn(
        walk(root, (".md", ".txt", ".rst", ".adoc", "README", "NEWS", "changelog.gz", "NEWS.gz", "README.gz", ".txt.gz"),
             1024, lambda name: LEGAL.match(os.path.basename(name)) is not None),
        rng,
    )
    books = drawn(walk(where["rust_html"], (".html",), 4096, lambda name: name.endswith(("print.html", "404.html"))
                       or name.split("/")[0] in ("std", "core", "alloc", "proc_macro", "test", "src", "static.files")), rng)
    manuals = [path for section in range(1, 9) for path in walk(where["man"] / f"man{section}", (".gz",))]
    corpus.fill("crate documents", prose(where["crates"]), 0.15, read_prose)
    corpus.fill("system documents", prose(where["doc"]), 0.40, read_prose)
    corpus.fill("text of Rust's books", books, 0.20, read_page_text)
    corpus.fill("manual pages", drawn(manuals, rng), 1.0, read_prose)
    corpus.fill("Python documents", prose(where["python"]), 1.0, read_prose)
    rest = walk(where["rust_html"] / "std", (".html",), 8192) + walk(where["doc"], (".html", ".htm"), 8192)
    corpus.fill("text of pages", drawn(rest, rng), 1.0, read_page_text)
    corpus.top_up(rng)
    return corpus


def src(size, rng):
    """Source code in a tar: Rust, C, Python."""
    where, corpus = places(), Corpus(size)
    code = (".rs", ".c", ".h", ".cc", ".cpp", ".hpp", ".py", ".toml", ".go", ".js")
    capped = lambda path: read(path, MEBIBYTE)
    corpus.fill("crates", drawn(walk(where["crates"], code), rng), 0.5, capped, True)
    corpus.fill("Rust library", drawn(walk(where["rust_source"], code), rng), 0.2, capped, True)
    corpus.fill("C headers", drawn(walk("/usr/include", code), rng), 0.2, capped, True)
    corpus.fill("Python library", drawn(walk(where["python"], code), rng), 1.0, capped, True)
    corpus.fill("more", drawn(walk("/usr/lib", code) + walk("/usr/share", code), rng), 1.0, capped, True)
    corpus.top_up(rng)
    return corpus


def is_elf(path):
    return read(path, 4) == b"\x7fELF"


def bin_(size, rng):
    """Programs and libraries in a tar."""
    where, corpus = places(), Corpus(size)
    programs = [path for path in walk("/usr/bin", ("",), 65536) if is_elf(path)]
    libraries = [path for path in walk("/usr/lib", (".so",), 65536) + walk("/usr/lib/x86_64-linux-gnu", (".so.1", ".so.2", ".so.6"), 65536)
                 if is_elf(path)]
    rust = sorted(walk(where["rust"] / "lib", (".so", ".rlib"), 65536) + walk(where["rust"] / "bin", ("",), 65536))
    middle = lambda path: read(path, 24 * MEBIBYTE)[-6 * MEBIBYTE:]
    corpus.fill("programs", drawn(programs, rng), 0.35, lambda path: read(path, 6 * MEBIBYTE), True)
    corpus.fill("libraries", drawn(libraries, rng), 0.35, lambda path: read(path, 6 * MEBIBYTE), True)
    corpus.fill("Rust toolchain", rust, 1.0, middle, True)
    corpus.top_up(rng)
    return corpus


def html(size, rng):
    """Web pages in a tar, most of them made by rustdoc and mdbook."""
    where, corpus = places(), Corpus(size)
    pages = walk(where["rust_html"], (".html",), 1024, lambda name: name.endswith("print.html"))
    capped = lambda path: read(path, MEBIBYTE)
    corpus.fill("Rust documentation", drawn(pages, rng), 0.7, capped, True)
    corpus.fill("system documentation", drawn(walk(where["doc"], (".html", ".htm"), 1024), rng), 0.3, capped, True)
    corpus.fill("Rust documentation", drawn(pages, rng), 1.0, capped, True)
    if corpus.missing:
        prose = text(min(size, corpus.missing), rng).data
        paragraphs = re.split(rb"\n\s*\n", bytes(prose))
        page = b"".join(b'<div class="docblock" id="p%d"><p>%s</p></div>\n' % item for item in enumerate(paragraphs))
        corpus.add(page, "generated from text")
    corpus.top_up(rng)
    return corpus


def packed(size, rng):
    """Data that other programs have compressed already."""
    where, corpus = places(), Corpus(size)
    capped = lambda path: read(path, 4 * MEBIBYTE)
    corpus.fill("crates", drawn(walk(where["crate_files"], (".crate",)), rng), 0.25, capped)
    corpus.fill("pictures", drawn(walk("/usr/share", (".png", ".jpg"), 4096), rng), 0.25, capped)
    archives = walk("/usr", (".zip", ".jar", ".whl", ".xz", ".bz2", ".zst"), 65536) + walk("/usr/share", (".gz",), 16384)
    corpus.fill("archives", drawn(archives, rng), 1.0, capped)
    if corpus.missing:
        rest = bytes(bin_(size, rng).data)
        for start in range(0, size, MEBIBYTE):
            if not corpus.add(bz2.compress(rest[start : start + MEBIBYTE]), "programs packed by bzip2"):
                break
    if corpus.missing:
        corpus.add(rng.randbytes(corpus.missing), "random bytes")
    return corpus


# ---------------------------------------------------------------- corpora that are generated


def zipf(rng, items, count, exponent=1.1):
    """Draws `count` items, the n-th with a weight of 1 / n ** exponent."""
    weights = [1.0 / (rank + 1) ** exponent for rank in range(len(items))]
    return rng.choices(items, weights, k=count)


AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{a}.0.{b}.{c} Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{d}.{e} Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS {d}_{e} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{d}.{e} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{a}.0) Gecko/20100101 Firefox/{a}.0",
    "Mozilla/5.0 (Linux; Android {e}; Pixel {d}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{a}.0.{b}.{c} Mobile Safari/537.36",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.{e}.{d}", "python-requests/2.{a}.{e}", "Go-http-client/1.1", "kube-probe/1.{d}",
]
WORDS = ("account archive article asset basket billing block category cart checkout comment core customer dashboard "
         "device download editor event export feed gallery group health image import index invoice item job library "
         "list login main media member message metric module note notice order page payment photo plan policy post "
         "product profile project query queue region report review role rule search section server session setting "
         "shipment signal site stock store stream style summary tag task team template theme ticket token topic "
         "upload user vendor video view wallet widget window worker zone").split()


def log(size, rng):
    """Logs of a web server, of a service that writes JSON, and of a system daemon, in stretches of some megabytes."""
    corpus = Corpus(size)
    addresses = [".".join(str(rng.randrange(1, 255)) for _ in range(4)) for _ in range(20000)]
    agents = [rng.choice(AGENTS).format(a=rng.randrange(90, 140), b=rng.randrange(4000, 7000), c=rng.randrange(20, 200),
                                        d=rng.randrange(5, 18), e=rng.randrange(0, 15)) for _ in range(600)]
    paths = ["/" + "/".join(rng.choices(WORDS, k=rng.randrange(1, 4))) + rng.choice(["", ".html", ".js", ".css", ".png", "/", "/{id}", "/{id}", "?q={word}&page={page}"])
             for _ in range(3000)]
    referers = ["-"] + ["https://www.example.com" + path for path in paths[:200]] + ["https://www.google.com/"]
    writers = [web_lines, json_lines, daemon_lines]
    clock, turn = 1_760_000_000.0, 0
    while corpus.missing:
        count = 8000
        draw = {
            "address": zipf(rng, addresses, count, 0.9), "agent": zipf(rng, agents, count, 1.0),
            "path": zipf(rng, paths, count, 1.0), "referer": zipf(rng, referers, count, 1.2),
            "status": rng.choices([200, 304, 301, 404, 206, 500, 403, 499, 502], [820, 80, 30, 40, 8, 8, 6, 5, 3], k=count),
        }
        lines, clock = writers[(0, 1, 0, 2, 1)[turn % 5]](rng, draw, count, clock)
        corpus.add("".join(lines).encode(), ("web server", "service, JSON", "web server", "daemon", "service, JSON")[turn % 5])
        turn += 1
    return corpus


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def moment(clock):
    """Splits seconds since the epoch into (year, month, day, hour, minute, second) of UTC."""
    import time

    return time.gmtime(clock)[:6]


def fill_path(rng, path):
    if "{" in path:
        return path.format(id=rng.randrange(1, 900000), word=rng.choice(WORDS), page=rng.randrange(1, 30))
    return path


def web_lines(rng, draw, count, clock):
    lines = []
    for index in range(count):
        clock += rng.expovariate(40.0)
        year, month, day, hour, minute, second = moment(clock)
        length = 0 if draw["status"][index] == 304 else int(rng.lognormvariate(8.5, 1.6))
        lines.append(
            f'{draw["address"][index]} - - [{day:02}/{MONTHS[month - 1]}/{year}:{hour:02}:{minute:02}:{second:02} +0000] '
            f'"{"GET" if rng.random() < 0.9 else "POST"} {fill_path(rng, draw["path"][index])} HTTP/1.1" {draw["status"][index]} {length} '
            f'"{draw["referer"][index]}" "{draw["agent"][index]}" {rng.lognormvariate(-4.0, 1.1):.3f}\n'
        )
    return lines, clock


def json_lines(rng, draw, count, clock):
    services = ["gateway", "billing", "catalog", "search", "identity", "mailer"]
    lines = []
    for index in range(count):
        clock += rng.expovariate(60.0)
        year, month, day, hour, minute, second = moment(clock)
        status = draw["status"][index]
        record = {
            "ts": f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{int(clock % 1 * 1000):03}Z",
            "level": "error" if status >= 500 else "warn" if status >= 400 and rng.random() < 0.3 else "info",
            "service": services[int(rng.paretovariate(1.2) - 1) % 6],
            "host": f"node-{rng.randrange(24):02}.eu-west-1.internal",
            "trace_id": uuid.UUID(int=rng.getrandbits(128)).hex,
            "request_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "user": rng.randrange(1, 2_000_000) if rng.random() < 0.7 else None,
            "method": "GET", "path": fill_path(rng, draw["path"][index]), "status": status,
            "latency_ms": round(rng.lognormvariate(2.8, 1.0), 3), "client": draw["address"][index],
        }
        if record["level"] == "error":
            record["message"] = f"upstream {rng.choice(services)} closed connection after {rng.randrange(1, 9)} retries"
        lines.append(json.dumps(record, separators=(",", ":")) + "\n")
    return lines, clock


def daemon_lines(rng, draw, count, clock):
    patterns = [
        "sshd[{pid}]: Failed password for invalid user {word} from {address} port {port} ssh2",
        "sshd[{pid}]: Connection closed by {address} port {port} [preauth]",
        "kernel: [{up:.6f}] eth0: link is up at 10000 Mbps full duplex, queue {small}",
        "systemd[1]: Started {word}-{other}.service - periodic {word} of {other}.",
        "systemd[1]: {word}-{other}.service: Deactivated successfully after {small}s.",
        "dhclient[{pid}]: DHCPREQUEST for {address} on eth0 to 255.255.255.255 port 67 (xid=0x{hexa:08x})",
        "postgres[{pid}]: [{small}-1] LOG:  duration: {ms:.3f} ms  statement: SELECT * FROM {word} WHERE {other}_id = {port}",
        "CRON[{pid}]: (root) CMD (test -x /usr/sbin/{word} && /usr/sbin/{word} --{other} > /dev/null)",
    ]
    lines, pid = [], 1000
    for index in range(count):
        clock += rng.expovariate(3.0)
        _, month, day, hour, minute, second = moment(clock)
        pid += rng.random() < 0.2
        body = patterns[int(rng.paretovariate(0.7) - 1) % len(patterns)].format(
            pid=pid, word=rng.choice(WORDS), other=rng.choice(WORDS), address=draw["address"][index], port=rng.randrange(1024, 65535),
            up=clock % 1_000_000, small=rng.randrange(1, 60), hexa=rng.getrandbits(32), ms=rng.lognormvariate(1.0, 1.5))
        lines.append(f"{MONTHS[month - 1]} {day:2} {hour:02}:{minute:02}:{second:02} node-{index % 24:02} {body}\n")
    return lines, clock


def fastq(size, rng):
    """DNA reads with quality strings: 150 bases, drawn from one genome so that they overlap."""
    corpus = Corpus(size)
    bases = bytes(b"ACGT"[index & 3] for index in range(256))
    genome = bytearray(rng.randbytes(4 * MEBIBYTE).translate(bases))
    for _ in range(300):  # repeats, as genomes have them
        start, target = rng.randrange(len(genome) - 6000), rng.randrange(len(genome) - 6000)
        length = rng.randrange(300, 6000)
        genome[target : target + length] = genome[start : start + length]
    genome = bytes(genome)
    complement = bytes.maketrans(b"ACGT", b"TGCA")
    tables = [quality_table(mean) for mean in range(18, 40, 2)]
    tile, x, number = 1101, 1000, 0
    while corpus.missing:
        reads = []
        for _ in range(5000):
            number += 1
            x += rng.randrange(1, 12)
            if x > 32000:
                x, tile = 1000, tile + 1
            start = rng.randrange(len(genome) - 150)
            read_ = genome[start : start + 150]
            if rng.random() < 0.5:
                read_ = read_.translate(complement)[::-1]
            level, quality = rng.randrange(6, 11), []
            for _ in range(10):
                quality.append(rng.randbytes(15).translate(tables[level]))
                level = max(0, min(10, level + rng.choice((-2, -1, -1, 0, 0, 0, 0, 1))))
            if rng.random() < 0.3:  # a base read wrongly
                at = rng.randrange(150)
                read_ = read_[:at] + rng.choice((b"A", b"C", b"G", b"T", b"N")) + read_[at + 1 :]
            reads.append(b"@A00182:%d:HKJNMDSXX:1:%d:%d:%d 1:N:0:ATTACTCG\n%s\n+\n%s\n"
                         % (48, tile, x, rng.randrange(1000, 37000), read_, b"".join(quality)))
        corpus.add(b"".join(reads), "generated reads")
    return corpus


def quality_table(mean):
    """Maps a uniform byte to a quality letter with a bell shape around `mean`, cut at 41."""
    table = bytearray()
    for index in range(256):
        spread = math.log((index + 0.5) / (255.5 - index)) * 2.2
        table.append(33 + max(2, min(41, round(mean + 2 + spread))))
    return bytes(table)


def csv_table(size, rng):
    rows, count = ["id,date,city,sensor,temperature,humidity,pressure,amount,currency,flag\n"], 0
    cities = ["Lisbon", "Oslo", "Turin", "Ghent", "Porto", "Graz", "Malmo", "Brno", "Lyon", "Split", "Cork", "Basel"]
    temperature = {city: rng.uniform(4, 22) for city in cities}
    length = 0
    while length < size:
        city = rng.choice(cities)
        temperature[city] += rng.gauss(0, 0.15)
        count += 1
        row = (f"{count},2024-{1 + count // 90000 % 12:02}-{1 + count // 3000 % 28:02},{city},S{rng.randrange(400):04},{temperature[city]:.2f},"
               f"{rng.gauss(61, 9):.1f},{rng.gauss(1013, 6):.1f},{rng.lognormvariate(3.5, 1.2):.2f},{rng.choice(('EUR', 'EUR', 'NOK', 'CHF'))},{rng.randrange(2)}\n")
        rows.append(row)
        length += len(row)
    return "".join(rows).encode()[:size]


def xml_table(size, rng):
    parts, length, number = ['<?xml version="1.0" encoding="UTF-8"?>\n<records>\n'], 0, 0
    while length < size:
        number += 1
        item = (f'  <record id="{number}" key="{rng.getrandbits(40):010x}">\n    <title>{" ".join(rng.choices(WORDS, k=rng.randrange(2, 8)))}</title>\n'
                f'    <author><given>{rng.choice(WORDS).title()}</given><family>{rng.choice(WORDS).title()}</family></author>\n'
                f'    <year>{rng.randrange(1960, 2026)}</year><pages>{rng.randrange(1, 900)}</pages>\n    <keywords>{";".join(rng.sample(WORDS, 4))}</keywords>\n  </record>\n')
        parts.append(item)
        length += len(item)
    return "".join(parts).encode()[:size]


def bitmap(size, rng):
    """A gray picture of 2048 pixels a row: slow waves with a little noise."""
    noise = bytes(index % 5 for index in range(256))
    waves = [(rng.uniform(0.001, 0.02), rng.uniform(0.001, 0.02), rng.uniform(0, 6), rng.uniform(6, 30)) for _ in range(5)]
    table = [math.sin(step * math.tau / 4096) for step in range(4096)]
    rows = []
    for y in range(-(-size // 2048)):
        coarse = [128 + sum(height * table[int((fx * x + fy * y + phase) * 4096 / math.tau) & 4095] for fx, fy, phase, height in waves)
                  for x in range(0, 2048, 8)]
        base = bytes(max(0, min(250, int(value))) for value in coarse for _ in range(8))
        rows.append(bytes(map(int.__add__, base, rng.randbytes(2048).translate(noise))))
    return b"".join(rows)[:size]


def records(size, rng):
    """Rows of a database page: little-endian integers, floats, a fixed-width name."""
    rows, key, clock = [], 0, 1_700_000_000
    names = [name.encode().ljust(16, b"\0") for name in WORDS]
    for _ in range(size // 56 + 1):
        key += rng.randrange(1, 4)
        clock += rng.randrange(0, 30)
        rows.append(struct.pack("<QIHHd16sfIQ", key, clock, rng.randrange(12), rng.randrange(300), round(rng.lognormvariate(3, 1), 2),
                                rng.choice(names), rng.gauss(0, 1), 0, rng.randrange(5000)))
    return b"".join(rows)[:size]


def mix(size, rng, others):
    """A tar of pieces of the other corpora and of tables, pictures and records, as mixed as the Silesia set."""
    corpus = Corpus(size)
    share = lambda part: size * part // 64
    pieces = [("text", 8), ("bin", 12), ("csv", 4), ("src", 8), ("bitmap", 4), ("html", 6), ("records", 4),
              ("log", 4), ("xml", 6), ("fastq", 4), ("packed", 4)]
    made = {"csv": csv_table, "bitmap": bitmap, "records": records, "xml": xml_table}
    for name, part in pieces:
        if name in made:
            piece = made[name](share(part), rng)
        else:
            start = (len(others[name]) - share(part)) // 2
            piece = others[name][start : start + share(part)]
        corpus.add(tar_entry(f"mix/{name}", piece), name)
    if corpus.missing:
        corpus.add(records(corpus.missing, rng), "records")
    return corpus


# ---------------------------------------------------------------- the command


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("bench/data/gzip"), help="folder to write to")
    parser.add_argument("--size", type=int, default=64 * MEBIBYTE, help="bytes a corpus")
    parser.add_argument("--only", default="", help="names of corpora, separated by commas")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [name for name in NAMES if not options.only or name in options.only.split(",")]
    makers = {"text": text, "src": src, "log": log, "bin": bin_, "html": html, "fastq": fastq, "packed": packed}
    manifest_path = options.out / "manifest.json"
    manifest = json.loads(manifest_path.read_text()) if manifest_path.exists() else {}
    for name in wanted:
        rng = random.Random(f"{SEED} {name}")
        path = options.out / name
        if name == "mix":
            others = {other: (options.out / other).read_bytes() if (options.out / other).exists()
                      else bytes(makers[other](options.size, random.Random(f"{SEED} {other}")).data) for other in makers}
            corpus = mix(options.size, rng, others)
        else:
            corpus = makers[name](options.size, rng)
        temporary = path.with_suffix(".part")
        temporary.write_bytes(corpus.data)
        temporary.replace(path)
        manifest[name] = {"bytes": len(corpus.data), "sha256": hashlib.sha256(corpus.data).hexdigest(), "sources": corpus.sources}
        manifest_path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        print(f"{name:8} {len(corpus.data):>11} {manifest[name]['sha256'][:16]}  {corpus.sources}", file=sys.stderr)


if __name__ == "__main__":
    main()
