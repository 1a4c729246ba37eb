"""Fuzzes under coverage guidance: `python3 scripts/fuzz.py [TARGET…] [--secs N]`; gives exit status 1 where an input broke something.

Builds the targets of `fuzz/` with the pinned toolchain, whose compiler can count edges, and libFuzzer (crate libfuzzer-sys, which needs
a C++ compiler). Inputs that reached something new are kept in `target/fuzz/corpus`, so that each run goes on where the last one was; what broke
something is kept in `target/fuzz/broken`. Skips with a line where the targets can't be built: the seeded tests run the same bodies.
"""

import os
import re
import subprocess
import sys
import time

from steps import ROOT, say, step

FOLDER = ROOT / "target" / "fuzz"
TARGETS = sorted(path.stem for path in (ROOT / "fuzz" / "targets").glob("*.rs"))
#: What cargo-fuzz passes too: edges are counted, comparisons are seen. The pass is the compiler's own, so no nightly is needed.
FLAGS = (
    "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters "
    "-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions"
)
#: Bytes of an input at most, and seconds after which one is a hang: 1 s for a megabyte is the bar.
MAX_BYTES = 65_536
HANG_SECS = 10


def build():
    """Builds the targets; gives their folder, or None where that is not possible here."""
    host = re.search(r"host: (\S+)", subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout).group(1)
    command = ["cargo", "build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", host, "--target-dir", FOLDER / "build"]
    status, _ = step("build the fuzz targets", command, env={"RUSTFLAGS": FLAGS}, check=False)
    return FOLDER / "build" / host / "release" if status == 0 else None


def run(program, target, secs):
    """Runs one target for so many seconds; gives how many inputs were tried, and what broke something."""
    corpus, broken = FOLDER / "corpus" / target, FOLDER / "broken" / target
    for folder in (corpus, broken):
        folder.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={secs}", f"-timeout={HANG_SECS}", f"-max_len={MAX_BYTES}", "-rss_limit_mb=4096"]
    started = time.monotonic()
    done = subprocess.run(
        [program, corpus, *limits, f"-artifact_prefix={broken}/", "-print_final_stats=1", "-verbosity=0"],
        capture_output=True, text=True, errors="replace", check=False, cwd=ROOT, env={**os.environ, "RUST_BACKTRACE": "0"},
    )  # fmt: skip
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    n = int(tried.group(1)) if tried else 0
    say(f"fuzz: {target}: {n:,} inputs in {time.monotonic() - started:.0f} s, {len(list(corpus.iterdir()))} kept, {'broken' if done.returncode else 'none broke'}")
    if done.returncode != 0:
        say(done.stderr[-2_000:])
    return n, done.returncode != 0


def main(arguments):
    """Runs the targets; gives inputs tried, targets that broke, and seconds, or None where nothing could be built."""
    secs = int(arguments[arguments.index("--secs") + 1]) if "--secs" in arguments else 60
    wanted = [name for name in arguments if name in TARGETS] or TARGETS
    folder = build()
    if folder is None:
        say("skipped: fuzz: the targets can't be built here (libfuzzer-sys, a C++ compiler)")
        return None
    started = time.monotonic()
    results = [(name, *run(folder / name, name, secs)) for name in wanted]
    broken = [name for name, _, is_broken in results if is_broken]
    n = sum(tried for _, tried, _ in results)
    say(f"proved: fuzz targets: {len(wanted)} targets, {n:,} inputs, broken: {', '.join(broken) or 'none'}")
    return n, broken, time.monotonic() - started


if __name__ == "__main__":
    done = main(sys.argv[1:])
    sys.exit(1 if done and done[1] else 0)
