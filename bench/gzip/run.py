#!/usr/bin/env python3
"""Measures `blockyard gzip` beside its rivals and writes raw numbers, tables and a plot.

    python3 bench/gzip/run.py                    everything, into docs/gzip-bench (an hour or so)
    python3 bench/gzip/run.py --levels 1,6 --corpora text,bin --repeats 1   a part, into bench/out/gzip
    python3 bench/gzip/run.py --quick            levels 1, 6, 9 on 2 threads, 16 MiB a corpus
    python3 bench/gzip/run.py --report           tables and plot again from the raw numbers
    python3 bench/gzip/run.py --encoders         encoders in one process: ours, libdeflate, zlib-rs
    python3 bench/gzip/run.py --memory           peak memory on a stream of 10 GB

Rivals and we take turns in one run, on files in the page cache, with the output thrown away. Sizes come
from a first run whose output is kept, decoded by others and compared.
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import measure
import report
import rivals

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "bench/data/gzip"
CORPORA = ["text", "src", "log", "bin", "html", "fastq", "mix", "packed"]
MEBIBYTE = 1 << 20
# pigz -11 needs 4 seconds a megabyte.
SLOW_LEVEL, SLOW_BYTES = 11, 4 * MEBIBYTE
# Unpacking is so fast that starting and the first use of memory would be measured too: a corpus follows
# itself so many times, much farther apart than matches reach.
UNPACK_TIMES = 4
# Levels without a target beside pigz are run on one thread only.
TARGET_LEVELS = (1, 6, 9, SLOW_LEVEL)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--quick", action="store_true", help="levels 1, 6, 9 on 2 threads, once, 16 MiB a corpus")
    add("--levels", type=lambda text: [int(level) for level in text.split(",")], help="default 1 to 9 and 11")
    add("--threads", type=lambda text: [int(count) for count in text.split(",")], help="default 1,2")
    add("--corpora", type=lambda text: text.split(","), help="default all")
    add("--rivals", type=lambda text: text.split(","), help="default all that are found")
    add("--repeats", type=int, help="runs a cell (default 3)")
    add("--take", type=int, help="MiB from the middle of each corpus (default all of it)")
    add("--tasks", type=lambda text: text.split(","), default=["pack", "unpack", "packed"], help="pack, unpack, packed")
    add("--quiet", type=float, default=0.25, help="cores that others may use during a run that counts")
    add("--file", action="store_true", help="write the output to a file instead of /dev/null")
    add("--blockyard", type=Path, help="binary to measure (default: build one)")
    add("--out", type=Path, help="folder of the results")
    add("--report", action="store_true", help="measure nothing, write tables and plot again")
    add("--encoders", action="store_true", help="compare encoders in one process")
    add("--memory", type=int, nargs="?", const=10_000, help="peak memory on a stream of so many MB")
    options = parser.parse_args()
    options.is_partial = bool(options.quick or options.levels or options.threads or options.corpora or options.rivals
                              or options.take or len(options.tasks) < 3)
    if options.quick:
        options.levels, options.threads = options.levels or [1, 6, 9], options.threads or [2]
        options.repeats, options.take = options.repeats or 1, options.take or 16
    options.levels = options.levels or [*range(1, 10), SLOW_LEVEL]
    options.threads = options.threads or [1, 2]
    options.corpora = options.corpora or CORPORA
    options.repeats = options.repeats or 3
    options.out = (options.out or ROOT / ("bench/out/gzip" if options.is_partial else "docs/gzip-bench")).resolve()
    return options


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def build(options):
    """Returns the binary to measure."""
    if options.blockyard:
        return options.blockyard.resolve()
    subprocess.run(["cargo", "build", "--release", "--locked", "-p", "blockyard"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/blockyard"


def machine(tools):
    """Describes what the numbers were measured on."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "?")
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    rustc = subprocess.run(["rustc", "-V"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "rustc": rustc,
        "commit": git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "--", "crates") else ""),
        "versions": {name: rivals.version(name, path) for name, path in sorted(tools.items())},
        "command": "python3 bench/gzip/run.py " + " ".join(sys.argv[1:]),
    }


class Bench:
    """The inputs, the tools and the file of raw results of one run."""

    def __init__(self, options):
        self.options = options
        self.work = ROOT / "bench/out/gzip-work"
        self.work.mkdir(parents=True, exist_ok=True)
        options.out.mkdir(parents=True, exist_ok=True)
        if any(not (DATA / name).exists() for name in options.corpora):
            subprocess.run([sys.executable, str(ROOT / "bench/gzip/corpora.py"), "--out", str(DATA)], check=True)
        self.tools = rivals.find(build(options))
        if options.rivals:
            self.tools = {name: path for name, path in self.tools.items() if name in (*options.rivals, rivals.OURS)}
        self.output = str(self.work / "output") if options.file else os.devnull
        self.raw = open(options.out / "raw.jsonl", "w", encoding="utf-8")
        manifest = json.loads((DATA / "manifest.json").read_text(encoding="utf-8"))
        self.write({"task": "machine", **machine(self.tools), "repeats": options.repeats, "quiet": options.quiet,
                    "corpora": {name: manifest[name] for name in options.corpora}})

    def write(self, record):
        self.raw.write(json.dumps(record) + "\n")
        self.raw.flush()

    def sample(self, name, length=None):
        """Returns a file with `length` bytes from the middle of a corpus, in the page cache."""
        path = DATA / name
        size = path.stat().st_size
        length = min(size, length or (self.options.take or size) * (MEBIBYTE if self.options.take else 1))
        if length < size:
            with open(path, "rb") as file:
                file.seek((size - length) // 2)
                data = file.read(length)
            path = self.work / f"{name}.{length}"
            path.write_bytes(data)
        path.read_bytes()
        return path

    def repeated(self, name, times):
        """Returns a file that holds a corpus so many times, in the page cache."""
        data = self.sample(name).read_bytes()
        path = self.work / f"{name}.times{times}"
        with open(path, "wb") as file:
            for _ in range(times):
                file.write(data)
        return path

    def agree(self, packed, path):
        """Makes sure that other programs read what we wrote, and that we read it on each number of threads."""
        expected = hashlib.sha256(path.read_bytes()).digest()
        for name in self.tools:
            for threads in rivals.UNPACKERS.get(name, ()):
                command = rivals.unpack(self.tools, name, threads, packed)
                found = hashlib.sha256(subprocess.run(command, capture_output=True, check=True).stdout).digest()
                if found != expected:
                    raise RuntimeError(f"{' '.join(command)} gives other bytes than {path}")

    def cells(self, task, corpus, commands, sizes, repeats):
        """Runs the commands of one row of cells in turn and writes a record for each."""
        tasks = {key: lambda command=command: measure.run(command, self.output) for key, command in commands.items()}
        self.record(task, corpus, commands, sizes, measure.in_turn(tasks, repeats, self.options.quiet))

    def record(self, task, corpus, commands, sizes, runs):
        for key, results in runs.items():
            (tool, level, threads), (bytes_in, bytes_out) = key, sizes[key]
            record = {"task": task, "corpus": corpus, "tool": tool, "level": level, "threads": threads, "bytes_in": bytes_in, "bytes_out": bytes_out}
            record |= {field: [result[field] for result in results] for field in ("wall", "cpu", "rss_kib", "foreign")}
            self.write(record | {"command": " ".join(os.path.basename(word) for word in commands[key])})

    def pack(self, corpus, level):
        """Packs one corpus at one level with everyone who has it."""
        is_slow = level == SLOW_LEVEL
        path = self.sample(corpus, SLOW_BYTES if is_slow else None)
        commands, sizes, first = {}, {}, {}
        for tool, ability in rivals.PACKERS.items():
            if tool not in self.tools or level not in ability["levels"]:
                continue
            for threads in ability["threads"]:
                if ability["threads"] != (1,) and (threads not in self.options.threads or is_slow and threads != 2):
                    continue
                if threads != 1 and level not in TARGET_LEVELS:
                    continue
                key = (tool, level, threads)
                commands[key] = rivals.pack(self.tools, tool, level, threads, path)
                packed = self.work / "packed.gz"
                first[key] = [measure.run(commands[key], str(packed))]
                sizes[key] = (path.stat().st_size, packed.stat().st_size)
                if tool == rivals.OURS:
                    self.agree(packed, path)
        ours = {size for (tool, _, _), size in sizes.items() if tool == rivals.OURS}
        if len(ours) > 1:
            raise RuntimeError(f"-{level} on {corpus}: the size depends on the number of threads: {ours}")
        if is_slow:  # The run that told the size has to do: another one of pigz takes a minute.
            self.record("pack", corpus, commands, sizes, first)
        else:
            self.cells("pack", corpus, commands, sizes, self.options.repeats)

    def unpack(self, corpus):
        """Unpacks what gzip, `pigz -i` and we have packed at level 6."""
        path = self.repeated(corpus, 1 if self.options.quick else UNPACK_TIMES)
        makers = {"gzip": ("gzip", ()), "pigz-i": ("pigz", ("-i",)), "ours": (rivals.OURS, ())}
        for source, (maker, extra) in makers.items():
            if maker not in self.tools:
                continue
            packed = self.work / f"{corpus}.{source}.gz"
            measure.run(rivals.pack(self.tools, maker, 6, 2, path, extra), str(packed))
            self.agree(packed, path)
            commands = {(tool, source, threads): rivals.unpack(self.tools, tool, threads, packed)
                        for tool, counts in rivals.UNPACKERS.items() if tool in self.tools for threads in counts}
            size = (path.stat().st_size, packed.stat().st_size)
            self.cells("unpack", corpus, commands, dict.fromkeys(commands, size), self.options.repeats if not self.options.quick else 3)
            packed.unlink()
        path.unlink()

    def incompressible(self):
        """Packs what is packed already at each of our levels, beside level 1 and a plain copy."""
        path = self.sample("packed")
        commands = {("cat", 0, 1): ["cat", str(path)]}
        sizes = {("cat", 0, 1): (path.stat().st_size,) * 2}
        for level in (0, 1, 3, 6, 9, 12):
            key = (rivals.OURS, level, 2)
            commands[key] = rivals.pack(self.tools, rivals.OURS, level, 2, path)
            packed = self.work / "packed.gz"
            measure.run(commands[key], str(packed))
            sizes[key] = (path.stat().st_size, packed.stat().st_size)
        self.cells("incompressible", "packed", commands, sizes, self.options.repeats)


def measure_all(options):
    bench = Bench(options)
    if "pack" in options.tasks:
        for corpus in options.corpora:
            for level in options.levels:
                say(f"pack {corpus} -{level}")
                bench.pack(corpus, level)
    if "unpack" in options.tasks:
        for corpus in options.corpora:
            say(f"unpack {corpus}")
            bench.unpack(corpus)
    if "packed" in options.tasks and "packed" in options.corpora:
        say("already packed data")
        bench.incompressible()
    bench.raw.close()


def measure_memory(options):
    """Feeds a stream of `options.memory` MB through a pipe and notes the peak of memory on the way in and back."""
    binary = str(build(options))
    pieces = [(DATA / name).read_bytes() for name in ("mix", "text", "bin")]
    records = []
    for task, words in (("pack", ["-1", "-p", "2"]), ("pack", ["-6", "-p", "2"]), ("unpack", ["-d", "-p", "2"])):
        command = [binary, "gzip", *words, "-c"]
        say(" ".join(command))
        packed = ROOT / "bench/out/memory.gz"
        packed.parent.mkdir(parents=True, exist_ok=True)
        fed, start = 0, time.perf_counter()
        source, sink = (subprocess.PIPE, open(packed, "wb")) if task == "pack" else (open(packed, "rb"), subprocess.DEVNULL)
        process = subprocess.Popen(command, stdin=source, stdout=sink)
        peak = measure.PeakMemory(process.pid)
        peak.start()
        if task == "pack":
            while fed < options.memory * 1_000_000:
                piece = pieces[(fed // len(pieces[0])) % len(pieces)]
                process.stdin.write(piece)
                fed += len(piece)
            process.stdin.close()
        else:
            fed = packed.stat().st_size
        status = process.wait()
        peak.ended.set()
        peak.join()
        if status:
            raise RuntimeError(f"{command} ended with {status}")
        records.append({"task": "memory", "what": task, "command": " ".join(["blockyard", *command[1:]]), "bytes_in": fed,
                        "bytes_out": packed.stat().st_size if task == "pack" else None, "rss_kib": peak.kibibytes,
                        "wall": round(time.perf_counter() - start, 2)})
        say(json.dumps(records[-1]))
    packed.unlink()
    (options.out / "memory.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def measure_encoders(options):
    """Builds and runs bench/gzip/encoders; its lines are the raw results."""
    folder = ROOT / "bench/gzip/encoders"
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "encoders"
    subprocess.run(["cargo", "build", "--release", "--locked", "--target-dir", str(target)], cwd=folder, check=True)
    command = [str(target / "release/blockyard-bench-encoders"), "--repeats", str(options.repeats)]
    command += ["--take", str(options.take or 16)]
    lines = []
    for task in ([], ["--decode"]):
        files = [str(DATA / name) for name in options.corpora]
        levels = ["--levels", ",".join(map(str, options.levels))]
        done = subprocess.run([*command, *task, *levels, *files], stdout=subprocess.PIPE, text=True, check=True)
        lines.append(done.stdout)
    (options.out / "encoders.jsonl").write_text("".join(lines), encoding="utf-8")


def main():
    options = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.memory:
        measure_memory(options)
    elif options.encoders:
        measure_encoders(options)
    elif not options.report:
        measure_all(options)
    report.write(options.out, ROOT, publish=options.out == ROOT / "docs/gzip-bench")


if __name__ == "__main__":
    main()
