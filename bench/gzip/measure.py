"""Runs a program once and says what it cost."""

import os
import subprocess
import threading
import time

TICK = os.sysconf("SC_CLK_TCK")


def machine_busy():
    """Returns the seconds of CPU that all programs of the machine have used."""
    with open("/proc/stat", "rb") as file:
        user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + irq + softirq) / TICK


class PeakMemory(threading.Thread):
    """Reads a process's peak of resident memory every few milliseconds until it has ended.

    The rusage of a child counts the pages of its parent before exec; this number does not.
    """

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.kibibytes, self.ended = f"/proc/{pid}/status", 0, threading.Event()

    def run(self):
        pause = 0.002
        while not self.ended.wait(pause):
            try:
                with open(self.path, "rb") as file:
                    for line in file:
                        if line.startswith(b"VmHWM:"):
                            self.kibibytes = max(self.kibibytes, int(line.split()[1]))
            except OSError:
                return
            pause = min(0.05, pause * 1.5)


def run(command, output=os.devnull, stdin=None):
    """Runs `command` with its output to a file; returns seconds of wall and CPU, peak KiB, foreign load."""
    with open(output, "wb") as out, open(stdin or os.devnull, "rb") as source:
        busy = machine_busy()
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=source, stdout=out, stderr=subprocess.PIPE)
        peak = PeakMemory(process.pid)
        peak.start()
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        busy = machine_busy() - busy
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    peak.ended.set()
    peak.join()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {complaint.decode(errors='replace').strip()}")
    cpu = usage.ru_utime + usage.ru_stime
    return {
        "wall": round(wall, 5),
        "cpu": round(cpu, 5),
        "rss_kib": peak.kibibytes,
        "foreign": round(max(0.0, busy - cpu) / wall, 2),
    }


def is_calm(result, quiet):
    """Returns whether the machine was left alone; the counter of a short run is too coarse to say."""
    return result["foreign"] <= quiet or result["wall"] < 0.1


def in_turn(tasks, repeats, quiet):
    """Runs tasks A B C A B C ...; returns for each key of `tasks` the list of its runs.

    While some task has fewer than `repeats` runs during which other programs used at most `quiet`
    cores, another turn is made, up to twice as many in all. A turn is always run as a whole: a ratio
    wants both of its sides from the same minute. Noisy runs are kept; who reads them decides.
    """
    runs = {key: [] for key in tasks}
    for turn in range(2 * repeats):
        enough = all(sum(is_calm(result, quiet) for result in results) >= repeats for results in runs.values())
        if turn >= repeats and enough:
            break
        for key, task in tasks.items():
            runs[key].append(task())
    return runs
