"""Runs a command several times and says what it took.

Takes commands, gives medians of wall time, processor time and peak resident memory. Nothing else should run meanwhile.
"""

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Took:
    """Medians of several runs."""

    wall: float
    cpu: float
    #: Peak resident memory of the largest process, in bytes.
    memory: int
    text: str


def once(commands, cwd=None, env=None):
    """Runs commands beside each other once: wall time of all, processor time and memory summed, text of the first."""
    outputs = [tempfile.TemporaryFile() for _ in commands]
    started = time.monotonic()
    processes = [
        subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **(env or {})}
        )
        for command, out in zip(commands, outputs, strict=True)
    ]
    cpu, memory = 0.0, 0
    for process in processes:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{process.args}: exit status {process.returncode}")
        cpu += used.ru_utime + used.ru_stime
        memory += used.ru_maxrss * 1024
    wall = time.monotonic() - started
    outputs[0].seek(0)
    return Took(wall, cpu, memory, outputs[0].read(4096).decode("utf-8", "replace"))


def median(commands, runs, **how):
    """Medians of `runs` runs, after one that warms the page cache where there are several."""
    if runs > 1:
        once(commands, **how)
    took = [once(commands, **how) for _ in range(runs)]
    middle = lambda what: statistics.median(getattr(each, what) for each in took)  # noqa: E731
    return Took(middle("wall"), middle("cpu"), int(middle("memory")), took[-1].text)
