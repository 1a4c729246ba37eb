"""Tests run against mutants: takes the test binaries of the copy, gives what each test reaches and takes, and whether a mutant is found.

A mutant is on by its number in the environment, which child processes have too, so that tests of the command count. Tests run as they do in
`make test`, from the copy's folder; snapshots are compared and never written.
"""

import math
import os
import resource
import select
import signal
import subprocess
import tempfile
from pathlib import Path

from mutants_tree import TREE

#: Tests that take longer are left out: there are others that reach the same places. All bounds are of the processor's time, since the machine
#: may have other work.
LONGEST_SECS = 6
#: What a test may take with a mutant on, against what it takes without.
PATIENCE = 10
GRACE_SECS = 3
#: Seconds by the clock for one of the processor, beyond which a test waits for something that doesn't come.
BUSY = 20
#: Mutants may ask for memory without end.
MOST_MEMORY = 4 << 30
#: Usual seconds of the tests that are tried first, then of those after them: most mutants are found by a quick test.
STEPS = [0.5, 2, 6, 15, 40, float("inf")]
PLACE = {"TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8", "INSTA_UPDATE": "no", "INSTA_WORKSPACE_ROOT": str(TREE), "RUST_BACKTRACE": "0"}


def limited(secs):
    """Bounds the test's process, and gives it a group of its own, so that what it started can be ended with it."""

    def inside():
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(secs), math.ceil(secs)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.setsid()

    return inside


def listed(program):
    """Names of the tests of a binary that run by default."""

    def names(*more):
        done = subprocess.run([program, "--list", "--format", "terse", *more], cwd=TREE, capture_output=True, text=True, check=True)
        return {line.removesuffix(": test") for line in done.stdout.splitlines() if line.endswith(": test")}

    return sorted(names() - names("--ignored"))


def run(program, tests, secs, env):
    """Runs tests one after the other within `secs`; gives "passed", the name of the first that failed, "crash" or "time", and the seconds it took."""
    command = [program, "--exact", "--test-threads", "1", *tests]
    process = subprocess.Popen(
        command, cwd=TREE, env={**os.environ, **PLACE, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=limited(secs)
    )  # fmt: skip
    ended, rest = None, b""
    while ended is None:
        ready, _, _ = select.select([process.stdout], [], [], BUSY * secs)
        if not ready:
            ended = "time"
            break
        text = os.read(process.stdout.fileno(), 65_536)
        if not text:
            break
        lines = (rest + text).split(b"\n")
        rest = lines.pop()
        failed = [line for line in lines if line.startswith(b"test ") and line.endswith(b"FAILED")]
        ended = failed[0].split()[1].decode() if failed else None
    if ended:
        os.killpg(process.pid, signal.SIGKILL)
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if ended is None and process.returncode != 0:
        # The bound of a process is a signal, the hard one the strongest.
        ended = "time" if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "crash"
    return ended or "passed", used.ru_utime + used.ru_stime


def learn(program, test):
    """Runs one test by itself; gives its seconds and the places it reaches, or why it is left out."""
    with tempfile.NamedTemporaryFile() as file:
        ended, secs = run(program, [test], LONGEST_SECS, {"FIVEWHYS_REACHED": file.name})
        if ended != "passed":
            return {"out": "slow" if ended == "time" else "fails in the copy"}
        reached = {int(line) for line in Path(file.name).read_text().split()}
    return {"secs": round(secs, 3), "reached": sorted(reached)}


def batches(tests, known):
    """Tests in the order of their time, in lots of one binary each: (binary, tests, seconds that they may take)."""
    order = sorted(tests, key=lambda test: (known[test]["secs"], test))
    for secs in STEPS:
        lot = []
        while order and (not lot or sum(known[test]["secs"] for test in [*lot, order[0]]) <= secs):
            lot.append(order.pop(0))
        for binary in sorted({test.split(" ")[0] for test in lot}):
            mine = [test for test in lot if test.startswith(f"{binary} ")]
            secs_of = [known[test]["secs"] for test in mine]
            yield binary, [test.split(" ")[1] for test in mine], sum(secs_of) + PATIENCE * max(secs_of) + GRACE_SECS


def judge(number, tests, known, programs):
    """Who finds a mutant, as `binary test`, "time" or "crash" behind the binary; None if nobody does."""
    for binary, lot, secs in batches(tests, known):
        ended, _ = run(programs[binary], lot, secs, {"FIVEWHYS_MUTANT": str(number)})
        if ended != "passed":
            return f"{binary} {ended}"
    return None
