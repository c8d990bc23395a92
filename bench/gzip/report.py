"""Turns raw results into Markdown tables: what was to be reached, what was reached, by how much it falls short."""

import json
import statistics

import measure
import plot
from rivals import OURS

# level -> (times faster than pigz on 2 threads, largest growth of one corpus in %, must the sum be smaller)
PACK_TARGETS = {1: (2.5, 0.0, True), 6: (2.5, 0.5, True), 9: (3.0, 0.5, True), 11: (10.0, 0.5, False)}
INCOMPRESSIBLE, INCOMPRESSIBLE_GROWTH = "packed", 0.3
UNPACK_TARGET, SCALING_TARGET = 2.0, 1.7
# Timer and scheduler move a median of a few tens of milliseconds by this much.
TIE = 1.03


class Results:
    """The cells of a run, each reduced to medians."""

    def __init__(self, folder):
        self.machine, self.cells, self.noisy = {}, {}, 0
        path = folder / "raw.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            record = json.loads(line)
            if record["task"] == "machine":
                self.machine = record
                continue
            key = (record["task"], record["corpus"], record["tool"], record["level"], record["threads"])
            self.cells[key] = self.reduce(record)
        lines = lambda name: [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()] if (folder / name).exists() else []
        self.encoders, self.memory = lines("encoders.jsonl"), lines("memory.jsonl")

    def reduce(self, record):
        """Takes the medians over the runs that were left alone, or over all where none was."""
        runs = [{"wall": wall, "cpu": cpu, "foreign": foreign} for wall, cpu, foreign in zip(record["wall"], record["cpu"], record["foreign"])]
        calm = [run for run in runs if measure.is_calm(run, self.machine["quiet"])]
        self.noisy += not calm
        median = lambda field: statistics.median(run[field] for run in calm or runs)
        return {"wall": median("wall"), "cpu": median("cpu"), "rss": max(record["rss_kib"]), "in": record["bytes_in"],
                "out": record["bytes_out"], "noisy": not calm}

    def get(self, task, corpus, tool, level, threads):
        return self.cells.get((task, corpus, tool, level, threads))

    def corpora(self):
        return list(self.machine.get("corpora", {}))


def table(head, rows):
    """Formats a table: the first column to the left, the others to the right."""
    line = lambda cells: "| " + " | ".join(str(cell) for cell in cells) + " |"
    return "\n".join([line(head), line(["---"] + ["---:"] * (len(head) - 1)), *map(line, rows)])


def percent(new, old):
    return 100.0 * (new - old) / old


def verdict(problems):
    return "met" if not problems else "short: " + ", ".join(problems)


def speed(cell):
    return f"{cell['in'] / cell['wall'] / 1e6:.0f}"


def pack_problems(level, corpus, factor, growth):
    """Names what falls short of the targets for one corpus."""
    faster, most, _ = PACK_TARGETS[level]
    problems = []
    if corpus == INCOMPRESSIBLE:
        most = INCOMPRESSIBLE_GROWTH if level == 1 else most
    elif factor < faster:
        problems.append(f"{factor:.2f} of {faster:g} times")
    if growth > most + 0.005:
        problems.append(f"size {growth:+.2f} %")
    return problems


def pack_rows(results, level, threads=2):
    """Yields (corpus, pigz, ours, factor of wall time, factor of CPU, growth in %)."""
    for corpus in results.corpora():
        pigz = results.get("pack", corpus, "pigz", level, threads)
        ours = results.get("pack", corpus, OURS, level, threads)
        if pigz and ours:
            yield corpus, pigz, ours, pigz["wall"] / ours["wall"], pigz["cpu"] / ours["cpu"], percent(ours["out"], pigz["out"])


def pack_table(results):
    parts = []
    for level, (faster, most, smaller) in PACK_TARGETS.items():
        rows, before, after = [], 0, 0
        for corpus, pigz, ours, factor, cpu, growth in pack_rows(results, level):
            noisy = " ~" if pigz["noisy"] or ours["noisy"] else ""
            rows.append([corpus, f"{pigz['wall']:.3f}", f"{ours['wall']:.3f}", f"{factor:.2f}{noisy}", f"{cpu:.2f}", f"{growth:+.2f} %",
                         verdict(pack_problems(level, corpus, factor, growth))])
            before, after = before + pigz["out"], after + ours["out"]
        if not rows:
            continue
        growth = percent(after, before)
        rows.append(["all", "", "", "", "", f"{growth:+.2f} %", verdict(["size of all"] if smaller and growth >= 0 else [])])
        allowed = "not larger" if most == 0 else f"at most +{most:g} % larger"
        parts.append(f"Level {level}: at least {faster:g} times faster, {allowed}" + (", smaller on the sum" if smaller else "") + ".\n\n"
                     + table(["corpus", "pigz, s", "ours, s", "times faster", "CPU, times less", "size", "target"], rows))
    return "\n\n".join(parts)


def unpack_problems(results, corpus, source):
    """Names what falls short when a file of `source` is unpacked."""
    cell = lambda tool, threads: results.get("unpack", corpus, tool, source, threads)
    ours, problems = cell(OURS, 2), []
    pigz = cell("pigz", 2)
    if pigz and pigz["wall"] / ours["wall"] < UNPACK_TARGET:
        problems.append(f"{pigz['wall'] / ours['wall']:.2f} of {UNPACK_TARGET:g} times pigz")
    for rival in ("igzip", "libdeflate-gzip"):
        if cell(rival, 1) and ours["wall"] > TIE * cell(rival, 1)["wall"]:
            problems.append(f"{cell(rival, 1)['wall'] / ours['wall']:.2f} times {rival}")
    if source == "ours" and cell(OURS, 1)["wall"] / ours["wall"] < SCALING_TARGET:
        problems.append(f"{cell(OURS, 1)['wall'] / ours['wall']:.2f} of {SCALING_TARGET:g} times 1 thread")
    return problems


def unpack_table(results):
    tools = [(OURS, 2), (OURS, 1), ("pigz", 2), ("igzip", 1), ("libdeflate-gzip", 1), ("gzip", 1), ("rapidgzip", 2)]
    tools = [tool for tool in tools if any(key[0] == "unpack" and (key[2], key[4]) == tool for key in results.cells)]
    parts = []
    for source, title in (("gzip", "Files of `gzip -6`"), ("pigz-i", "Files of `pigz -i -6`"), ("ours", "Files of ours, `-6`")):
        rows = []
        for corpus in results.corpora():
            cells = [results.get("unpack", corpus, tool, source, threads) for tool, threads in tools]
            if not any(cells):
                continue
            rows.append([corpus, *(speed(cell) + (" ~" if cell["noisy"] else "") if cell else "" for cell in cells),
                         verdict(unpack_problems(results, corpus, source))])
        if rows:
            head = ["MB/s", *(f"{'ours' if tool == OURS else tool}, {threads} thr" for tool, threads in tools), "target"]
            parts.append(title + ".\n\n" + table(head, rows))
    return "\n\n".join(parts)


def levels_table(results):
    """Sums all corpora: bytes and MB per CPU second of each tool, on one thread where it was measured."""
    tools = ["blockyard", "libdeflate-gzip", "pigz", "igzip", "gzip"]
    rows = []
    for level in range(0, 13):
        row, seen = [f"-{level}"], False
        for tool in tools:
            cells = [results.get("pack", corpus, tool, level, 1) or results.get("pack", corpus, tool, level, 2) for corpus in results.corpora()]
            if not cells or not all(cells):
                row.append("")
                continue
            seen = True
            total = sum(cell["in"] for cell in cells)
            row.append(f"{100 * sum(cell['out'] for cell in cells) / total:.2f} %, {total / sum(cell['cpu'] for cell in cells) / 1e6:.1f} MB/s")
        if seen:
            rows.append(row)
    note = "\n\n-11 is measured once, on 2 threads and 4 MiB from the middle of each corpus, the other levels on all of it." if any(row[0] == "-11" for row in rows) else ""
    return table(["size and speed of a core", *tools], rows) + note if rows else ""


def incompressible_table(results):
    cells = {key[3]: cell for key, cell in results.cells.items() if key[0] == "incompressible" and key[2] == OURS}
    cat = results.get("incompressible", INCOMPRESSIBLE, "cat", 0, 1)
    if not cells:
        return ""
    rows = [["cat", f"{cat['wall']:.3f}", "", ""]]
    for level, cell in sorted(cells.items()):
        slower = level > 1 and cell["wall"] > TIE * cells[1]["wall"]
        rows.append([f"ours -{level}", f"{cell['wall']:.3f}", f"{percent(cell['out'], cell['in']):+.2f} %",
                     verdict([f"{cell['wall'] / cells[1]['wall']:.2f} times the time of -1"] if slower else []) if level > 1 else ""])
    return table(["packed, 2 threads", "wall, s", "size", "not slower than -1"], rows)


def memory_table(results):
    rows = [[f"`{record['command']}`", f"{record['bytes_in'] / 1e9:.1f} GB", f"{record['wall']:.1f}", f"{record['rss_kib'] / 1024:.1f} MiB",
             verdict([] if record["rss_kib"] * 1024 < 64e6 or record["what"] != "pack" else ["64 MB"])] for record in results.memory]
    return table(["command, fed through a pipe", "input", "wall, s", "peak memory", "below 64 MB"], rows) if rows else ""


def encoders_table(results):
    """Sums the corpora for each engine of the in-process comparison."""
    sums = {}
    for record in results.encoders:
        total = sums.setdefault((record["task"], record["level"], record["engine"]), [0, 0, 0.0])
        total[0] += record["bytes_in"]
        total[1] += record["bytes_out"]
        total[2] += statistics.median(record["cpu"])
    engines = ["blockyard", "libdeflate", "zlib-rs"]
    rows = []
    for task, level in sorted({key[:2] for key in sums}):
        row = [f"{task} {level}" if task == "pack" else "unpack (zlib-rs 6)"]
        for engine in engines:
            total = sums.get((task, level, engine))
            ratio = f"{100 * total[1] / total[0]:.2f} %, " if total and task == "pack" else ""
            row.append(f"{ratio}{total[0] / total[2] / 1e6:.1f} MB/s" if total else "")
        rows.append(row)
    return table(["level", *engines], rows) if rows else ""


def summary_table(results):
    """One line a target: the worst, the median and the best corpus."""
    rows = []
    for level, (faster, _, _) in PACK_TARGETS.items():
        found = [row for row in pack_rows(results, level) if row[0] != INCOMPRESSIBLE]
        everything = list(pack_rows(results, level))
        if not found:
            continue
        factors = sorted(row[3] for row in found)
        met = sum(not pack_problems(level, row[0], row[3], row[5]) for row in everything)
        growth = percent(sum(row[2]["out"] for row in everything), sum(row[1]["out"] for row in everything))
        rows.append([f"`-{level}` beside `pigz -{level}`", f"{faster:g}x", f"{factors[0]:.2f}x", f"{statistics.median(factors):.2f}x", f"{factors[-1]:.2f}x",
                     f"{growth:+.2f} %", f"{met} of {len(everything)}"])
    for source, title in (("gzip", "`-d` of a gzip file beside `pigz -d`"), ("ours", "`-d` of our file beside `pigz -d`")):
        pairs = {corpus: (results.get("unpack", corpus, OURS, source, 2), results.get("unpack", corpus, "pigz", source, 2)) for corpus in results.corpora()}
        pairs = {corpus: pair for corpus, pair in pairs.items() if all(pair)}
        if pairs:
            factors = sorted(pigz["wall"] / ours["wall"] for ours, pigz in pairs.values())
            met = sum(not unpack_problems(results, corpus, source) for corpus in pairs)
            rows.append([title, f"{UNPACK_TARGET:g}x", f"{factors[0]:.2f}x", f"{statistics.median(factors):.2f}x", f"{factors[-1]:.2f}x", "", f"{met} of {len(pairs)}"])
    return table(["2 threads", "to reach", "worst corpus", "median", "best", "size of all", "corpora that meet every target"], rows) if rows else ""


def description(results):
    machine = results.machine
    if not machine:
        return ""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items() if name != OURS)
    noisy = (f" Marked ~: in {results.noisy} of {len(results.cells)} cells other programs used more than {machine['quiet']:g} core in every run."
             if results.noisy else "")
    return (f"Measured on {machine['date']}: {machine['processor']}, {machine['cores']} cores, {machine['system']}, {machine['rustc']}, commit {machine['commit']}; "
            f"{versions}. Command: `{machine['command'].strip()}`. Medians of wall seconds, {machine['repeats']} runs in turn, output to /dev/null.{noisy}")


TABLES = {
    "summary": lambda results: "\n\n".join(filter(None, [summary_table(results), description(results)])),
    "machine": description,
    "pack": pack_table,
    "unpack": unpack_table,
    "levels": levels_table,
    "incompressible": incompressible_table,
    "memory": memory_table,
    "encoders": encoders_table,
}


def fill_in(page, name, text):
    """Replaces what stands between the marks of a table in a page."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- bench:{name} end -->"
    content = page.read_text(encoding="utf-8")
    if begin not in content or end not in content:
        return
    before, rest = content.split(begin, 1)
    page.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def write(folder, root, publish):
    """Writes tables.md and the plot beside the raw results, and into the pages of the project when told to."""
    results = Results(folder)
    made = {name: text for name, maker in TABLES.items() if (text := maker(results))}
    tables = "\n\n".join(f"## {name}\n\n{text}" for name, text in made.items())
    (folder / "tables.md").write_text(tables + "\n", encoding="utf-8")
    if any(key[0] == "pack" and key[4] == 1 for key in results.cells):
        (folder / "speed-size.svg").write_text(plot.speed_against_size(results), encoding="utf-8")
    if publish:
        for page in (root / "README.md", root / "docs/gzip.md"):
            for name, text in made.items():
                fill_in(page, name, text)
    print(tables)
