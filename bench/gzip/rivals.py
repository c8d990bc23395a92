"""The programs that are compared, and the command lines that make them do the same work."""

import re
import shutil
import subprocess

OURS = "blockyard"
# What `-p` means to a tool, and the levels that stand beside ours: igzip's 0 to 3 are all fast ones.
PACKERS = {
    "blockyard": {"levels": range(0, 13), "threads": (1, 2)},
    "pigz": {"levels": (*range(0, 10), 11), "threads": (1, 2)},
    "gzip": {"levels": (1, 6, 9), "threads": (1,)},
    "libdeflate-gzip": {"levels": range(0, 13), "threads": (1,)},
    "igzip": {"levels": (0, 1, 2, 3), "threads": (1,)},
}
UNPACKERS = {
    "blockyard": (1, 2),
    "pigz": (2,),
    "gzip": (1,),
    "libdeflate-gzip": (1,),
    "igzip": (1,),
    "rapidgzip": (2,),
}


def find(blockyard):
    """Returns the tools of this machine: name -> path."""
    tools = {OURS: str(blockyard)}
    for name in {*PACKERS, *UNPACKERS} - {OURS}:
        path = shutil.which(name)
        if path and "/.pyenv/shims/" in path:  # a shell script that takes longer than the tool
            done = subprocess.run(["pyenv", "which", name], capture_output=True, text=True, check=False)
            path = done.stdout.strip() or path
        if path:
            tools[name] = path
    return tools


def version(name, path):
    """Returns the version that a tool says it has."""
    flag = {"igzip": "-V", "libdeflate-gzip": "-V", OURS: "-V"}.get(name, "--version")
    words = [path, flag] if name != OURS else [path, "gzip", flag]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+(\.\d+)*", done.stdout + done.stderr)
    return found.group(0) if found else "unknown"


def pack(tools, name, level, threads, path, extra=()):
    """Returns the command that packs `path` to standard output."""
    if name == OURS:
        return [tools[name], "gzip", f"-{level}", "-p", str(threads), *extra, "-c", str(path)]
    if name == "pigz":
        return [tools[name], f"-{level}", "-p", str(threads), *extra, "-c", str(path)]
    return [tools[name], f"-{level}", *extra, "-c", str(path)]


def unpack(tools, name, threads, path):
    """Returns the command that unpacks `path` to standard output."""
    if name == OURS:
        return [tools[name], "gzip", "-d", "-p", str(threads), "-c", str(path)]
    if name == "rapidgzip":
        return [tools[name], "-d", "-c", "-P", str(threads), str(path)]
    if name == "pigz":
        return [tools[name], "-d", "-p", str(threads), "-c", str(path)]
    return [tools[name], "-d", "-c", str(path)]
