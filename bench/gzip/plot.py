"""Draws speed against size as SVG, one panel a corpus, without any library."""

import math

COLORS = {"blockyard": "#c03a2b", "pigz": "#2c6fbb", "libdeflate-gzip": "#2e8b57", "igzip": "#8a5a00", "gzip": "#777777"}
PANEL_WIDTH, PANEL_HEIGHT, MARGIN = 420, 300, 58
COLUMNS = 2


def points(results, corpus, tool):
    """Returns (level, MB per CPU second, size in % of the input) on one thread; 4 MiB samples are left out."""
    found = []
    for (task, name, who, level, threads), cell in results.cells.items():
        if (task, name, who, threads) == ("pack", corpus, tool, 1) and level != 11:
            found.append((level, cell["in"] / cell["cpu"] / 1e6, 100 * cell["out"] / cell["in"]))
    return sorted(found)


def ticks(low, high):
    """Returns round numbers between two speeds: 1, 2, 5 of each power of ten."""
    steps = [base * 10**power for power in range(0, 5) for base in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]


def text(x, y, words, size=11, anchor="middle", color="#333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}">{words}</text>'


def panel(results, corpus, left, top):
    """Draws one corpus; to the right is faster, lower is smaller."""
    series = {tool: found for tool in COLORS if (found := points(results, corpus, tool))}
    if not series:
        return []
    everything = [point for found in series.values() for point in found]
    slow, fast = min(point[1] for point in everything) / 1.2, max(point[1] for point in everything) * 1.2
    small, large = min(point[2] for point in everything), max(point[2] for point in everything)
    room = max(0.05, (large - small) * 0.08)
    small, large = small - room, large + room
    width, height = PANEL_WIDTH - MARGIN - 12, PANEL_HEIGHT - 2 * MARGIN + 24
    x = lambda value: left + MARGIN + width * math.log(value / slow) / math.log(fast / slow)
    y = lambda value: top + 30 + height * (large - value) / (large - small)
    out = [f'<rect x="{left + MARGIN}" y="{top + 30}" width="{width}" height="{height}" fill="none" stroke="#bbb"/>',
           text(left + MARGIN + width / 2, top + 22, corpus, 13)]
    for tick in ticks(slow, fast):
        out.append(f'<line x1="{x(tick):.1f}" y1="{top + 30}" x2="{x(tick):.1f}" y2="{top + 30 + height}" stroke="#eee"/>')
        out.append(text(x(tick), top + 30 + height + 14, f"{tick:g}", 10))
    for index in range(5):
        value = small + (large - small) * index / 4
        out.append(text(left + MARGIN - 5, y(value) + 3, f"{value:.1f}", 10, "end"))
    for tool, found in series.items():
        line = " ".join(f"{x(rate):.1f},{y(size):.1f}" for _, rate, size in found)
        out.append(f'<polyline points="{line}" fill="none" stroke="{COLORS[tool]}" stroke-width="1.4" opacity="0.6"/>')
        for level, rate, size in found:
            out.append(f'<circle cx="{x(rate):.1f}" cy="{y(size):.1f}" r="2.8" fill="{COLORS[tool]}"/>')
            out.append(text(x(rate), y(size) - 5, level, 9, color=COLORS[tool]))
    return out


def speed_against_size(results):
    """Returns the whole picture as SVG text."""
    corpora = [corpus for corpus in results.corpora() if any(points(results, corpus, tool) for tool in COLORS)]
    rows = -(-len(corpora) // COLUMNS)
    width, height = COLUMNS * PANEL_WIDTH + 10, rows * PANEL_HEIGHT + 50
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for index, (tool, color) in enumerate(COLORS.items()):
        out.append(f'<circle cx="{30 + index * 140}" cy="20" r="4" fill="{color}"/>' + text(40 + index * 140, 24, tool, 12, "start"))
    for index, corpus in enumerate(corpora):
        out += panel(results, corpus, index % COLUMNS * PANEL_WIDTH, 30 + index // COLUMNS * PANEL_HEIGHT)
    out.append(text(width / 2, height - 8, "across: MB of input in a CPU second, one thread; up: size in % of the input; the numbers are levels", 11))
    return "\n".join([*out, "</svg>", ""])
