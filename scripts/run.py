"""`make run`: installs what is missing, builds the sealed page, reports on FILE if one is given, serves the page.

Takes an optional log file, gives its report on the terminal and the page's address; runs until Ctrl-C.
"""

import argparse
import os
import subprocess
import sys

import setup
from build_page import build_page
from steps import ROOT, StepFailed, say, step


def report(file):
    """Prints the report of one file with the command, built with its optimisations."""
    step("build the command", ["cargo", "build", "--release", "--locked", "--bin", "fivewhys"])
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    command = [os.path.join(target, "release", "fivewhys"), "report", file, "--format", "markdown"]
    say(f"[ .. ] report of {file}\n")
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    say(f"\n[{' ok ' if status == 0 else 'FAIL'}] report of {file}")


def main():
    """Everything in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default="")
    parser.add_argument("--port", default="8080")
    options = parser.parse_args()
    if options.file and not os.path.exists(options.file):
        sys.exit(f"{options.file}: no such file")
    page = build_page()
    if options.file:
        report(options.file)
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "scripts/serve.py", str(page.relative_to(ROOT)), "--port", options.port])


if __name__ == "__main__":
    try:
        main()
    except StepFailed as failure:
        sys.exit(f"run stopped: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
