"""Instructions that the command needs for fixed logs, against committed figures: speed without a clock.

Takes nothing, gives exit status 1 where a stage needs more than `benches/instructions.json` says plus its tolerance. Times
differ from machine to machine and with what else runs; instructions hardly do. After a change that is meant to cost or
save: `python3 scripts/instructions.py --bless`, and commit the file with the reason. Skips with a line where there is no
valgrind, or where machine or compiler are others than those of the figures.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from native import build_release
from steps import ROOT, say

FIGURES = ROOT / "benches" / "instructions.json"
TOLERANCE = 0.08
BYTES = "4M"
#: Stages as differences of whole runs, so that inlining does not matter.
FORMS = {"ndjson": "ndjson", "pretty": "json", "csv": "csv"}


def count(folder, command):
    """Instructions of one run under callgrind."""
    out = folder / "callgrind.out"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    done = subprocess.run([*valgrind, *map(str, command)], cwd=folder, capture_output=True, text=True, check=False)
    found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if found is None:
        raise RuntimeError(f"{command}: {done.stderr[-2000:]}")
    return int(found.group(1))


def measure(command, generate):
    """Figures by stage."""
    with tempfile.TemporaryDirectory(prefix="fivewhys-") as name:
        folder = Path(name)
        for form, ending in FORMS.items():
            with (folder / f"log.{ending}").open("wb") as file:
                arguments = ["--bytes", BYTES, "--seed", "1", "--format", form]
                subprocess.run([generate, *arguments], stdout=file, check=True)
        # The digest alone is read, and merging it costs what writing a report costs beside it.
        start = count(folder, [command, "explain", "E-IO"])
        figures = {"start": start}
        for form, ending in FORMS.items():
            digest = count(folder, [command, "digest", f"log.{ending}", "--jobs", "1", "--out", f"{form}.fwd"])
            figures[f"read and digest, {form}"] = digest - start
        merged = count(folder, [command, "merge", "ndjson.fwd", "--jobs", "1", "--generated-at", "2026-01-01"])
        figures["merge, diagnose, render"] = merged - start
        return figures


def made_with():
    """What figures depend on beside the code."""
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    return {"machine": f"{platform.system()} {platform.machine()}", "rustc": rustc, "bytes": BYTES}


def main(arguments):
    """Measures; compares or blesses."""
    if shutil.which("valgrind") is None:
        say("skipped: instruction counts: no valgrind (Debian: valgrind)")
        return 0
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    made = made_with()
    bless = "--bless" in arguments
    if not bless and known.get("made with") != made:
        say(f"skipped: instruction counts: the figures are of {known.get('made with')}, this is {made}")
        return 0
    figures = measure(*build_release())
    if bless:
        FIGURES.write_text(json.dumps({"made with": made, "instructions": figures}, indent=2) + "\n")
    failed = 0
    for stage, now in figures.items():
        before = now if bless else known["instructions"].get(stage, 0)
        change = now / before - 1 if before else 1
        worse, better = change > TOLERANCE, change < -TOLERANCE
        failed += worse
        note = "FAIL: bless it with the reason, or find it" if worse else "better: bless it" if better else ""
        say(f"  {stage:<28}{now:>16,}{before:>16,}{change:>+8.1%}  {note}".rstrip())
    say("instructions: now, committed, change" + (" (blessed)" if bless else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
