"""`.ci/run`: formatting, lints on host and wasm, documentation, every test, sizes, instruction counts, and an unchanged tree.

Takes nothing, gives exit status 0 when all is clean. Where shared test data is present, a test that skips for want of it
is a failure. All steps run, so that one run shows everything that is wrong.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import setup
from steps import ROOT, StepFailed, say, step

DENY_WARNINGS = ["--", "-D", "warnings"]
CHECKS = [
    ("formatting", ["cargo", "fmt", "--all", "--check"], {}),
    (
        "lints, host",
        ["cargo", "clippy", "--locked", "--all-targets", *setup.HOST_FLAGS, *DENY_WARNINGS],
        {},
    ),
    (
        "lints, wasm",
        ["cargo", "clippy", "--locked", "--target", setup.TARGET, "--no-default-features", "--features", "page,worker"]
        + ["--lib", "--bins", *DENY_WARNINGS],
        {},
    ),
    (
        "API documentation",
        ["cargo", "doc", "--locked", "--no-deps", "--lib", *setup.HOST_FLAGS],
        {"RUSTDOCFLAGS": "-D warnings"},
    ),
]
SHARED_SKIP = re.compile(r"^\s*skipped: .*no shared test data.*$", re.M)
#: What `make test` says of each test that failed or needed a second try: repeated at the end, where it is looked for.
NOT_PASSED = re.compile(r"^not passed: .+$", re.M)
#: The machine of CI has Debian's packages, so that Firefox has to be there.
FIREFOX_SKIP = re.compile(r"^\s*skipped: firefox: .*$", re.M)


def shared_is_present():
    """Whether the shared test data stands beside this folder (or where FIVEWHYS_SHARED points)."""
    return Path(os.environ.get("FIVEWHYS_SHARED", ROOT / ".." / "shared")).is_dir()


def tree():
    """What git sees as changed, or None outside a repository."""
    result = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    return result.stdout if result.returncode == 0 else None


def main():
    """Runs all steps and lists those that failed."""
    started, before, failed = time.monotonic(), tree(), []
    setup.main(["all"])
    for name, command, env in CHECKS:
        status, _ = step(name, command, env=env, check=False)
        if status != 0:
            failed.append(name)
    status, text = step("make test", ["make", "--no-print-directory", "test"], stream=True, check=False)
    if status != 0:
        failed.append("tests")
    if shared_is_present():
        for line in SHARED_SKIP.findall(text):
            failed.append(f"shared test data is present, but {line.strip()}")
    failed += [line.strip() for line in FIREFOX_SKIP.findall(text)[:1]]
    status, _ = step("sizes", [sys.executable, "scripts/sizes.py"], stream=True, check=False)
    if status != 0:
        failed.append("sizes")
    status, _ = step("instruction counts", [sys.executable, "scripts/instructions.py"], stream=True, check=False)
    if status != 0:
        failed.append("instruction counts")
    after = tree()
    if after != before:
        failed.append(f"the run changed the tree:\n{after}")
    for line in NOT_PASSED.findall(text):
        say(line)
    for each in failed:
        say(f"FAIL: {each}")
    totals = re.findall(r"^\d+ passed, \d+ failed, \d+ skipped$", text, re.M)
    say(f"{'clean' if not failed else 'not clean'} after {time.monotonic() - started:.0f} s")
    if totals:
        say(totals[-1])
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StepFailed as failure:
        sys.exit(f"stopped: {failure}")
