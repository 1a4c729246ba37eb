"""Runs one command as a named step: shows that it lives, what it took, and its output when it fails.

Takes a name and a command, gives its exit status and text. Used by every script that calls something slow.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TERMINAL = sys.stdout.isatty()
#: Seconds between signs of life where output is not a terminal.
QUIET_SECS = 15


class StepFailed(Exception):
    """A step ended with an exit status other than 0."""


def say(text):
    """Prints a line at once, so that order holds when output is a pipe."""
    print(text, flush=True)


def step(name, command, *, env=None, cwd=ROOT, stream=False, check=True):
    """Runs `command`. `stream` shows its lines as they come; otherwise only a sign of life, and all of it on failure."""
    started = time.monotonic()
    say(f"[ .. ] {name}")
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines = []
    done = threading.Event()
    if not stream:
        threading.Thread(target=_heartbeat, args=(name, lines, started, done), daemon=True).start()
    try:
        for line in process.stdout:
            lines.append(line)
            if stream:
                sys.stdout.write(line)
                sys.stdout.flush()
        status = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        raise
    finally:
        done.set()
    took = time.monotonic() - started
    if TERMINAL and not stream:
        sys.stdout.write("\r\033[K")
    if status != 0 and not stream:
        sys.stdout.write("".join(lines))
    say(f"[{' ok ' if status == 0 else 'FAIL'}] {name} ({took:.1f} s)")
    if status != 0 and check:
        raise StepFailed(f"{name}: exit status {status}")
    return status, "".join(lines)


def _heartbeat(name, lines, started, done):
    pause = 1 if TERMINAL else QUIET_SECS
    while not done.wait(pause):
        last = lines[-1].strip()[:70] if lines else ""
        text = f"       {name}: {time.monotonic() - started:.0f} s {last}"
        if TERMINAL:
            sys.stdout.write("\r\033[K" + text)
            sys.stdout.flush()
        else:
            say(text)
