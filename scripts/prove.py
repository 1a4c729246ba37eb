"""`make prove`: the long forms of what `make test` samples, in pieces that can be stopped and taken up again.

Takes names of pieces (default: all) and `--quick` for a tenth of each; gives exit status 1 where one failed. Each piece runs in
chunks of cases from a seed; what was done is kept in `target/prove/state.json`, so that a run that was stopped goes on where it
was, and one that finished begins with fresh seeds. Figures of finished pieces go into the table of `docs/trust.md`.
"""

import datetime
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import fuzz
import mutants
import reproduce
import setup
from build_page import build_page
from steps import ROOT, StepFailed, say, step

STATE = ROOT / "target" / "prove" / "state.json"
PAGE = ROOT / "docs" / "trust.md"
MARK = "<!-- runs: newest last -->\n"
#: Name of a piece → test it runs, cases in all, cases at a time.
TESTS = {
    "one record damaged": ("damage_to_one_record_costs_no_other", 60_000, 5_000),
    "text damaged": ("any_damage_is_survived_and_no_split_changes_the_report", 60_000, 5_000),
    "forged digests": ("a_forged_digest_is_refused_or_harmless", 20_000, 5_000),
    "payloads": ("payloads_stay_text_in_every_export", 600, 200),
    "fuzz harness": ("bodies_of_the_fuzz_targets_hold_on_seeds", 20_000, 1_000),
    "planted secrets in entries": ("no_planted_secret_is_left_in_any_entry", 3_200, 1_600),
    "planted secrets": ("no_planted_secret_is_left_in_any_export", 4_480, 1_120),
}


def state():
    """What earlier runs did: name of a piece → next seed, cases done in this round."""
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def keep(known):
    """Writes the state, whole or not at all."""
    STATE.parent.mkdir(parents=True, exist_ok=True)
    fresh = STATE.with_suffix(".new")
    fresh.write_text(json.dumps(known, indent=2))
    fresh.replace(STATE)


def record(piece, seed, cases, failed, seconds):
    """Adds a row to the page."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    row = f"| {day} | {commit} | {piece} | {seed} | {cases:,} | {failed} | {seconds / 60:.0f} |\n"
    before, mark, after = PAGE.read_text().partition(MARK)
    if not mark:
        raise StepFailed(f"{PAGE.name} has no table of runs")
    table, gap, rest = after.partition("\n\n")
    PAGE.write_text(before + mark + table.rstrip("\n") + "\n" + row.rstrip("\n") + (gap + rest if gap else "\n"))


def binary():
    """The test binary, optimised and with checks of arithmetic."""
    command = ["cargo", "test", "--locked", "--profile", "prove", "--test", "trust", "--no-run", "--message-format", "json"]
    _, text = step("build what proves", command)
    found = [line for line in text.splitlines() if '"executable":"' in line and '"name":"trust"' in line]
    return json.loads(found[-1])["executable"]


def run_cases(piece, program, known, quick):
    """Runs the cases of one piece that are left; says whether none failed."""
    test, total, at_once = TESTS[piece]
    total = max(at_once, total // 10) if quick else total
    mine = known.setdefault(piece, {"seed": 1, "done": 0, "seconds": 0})
    while mine["done"] < total:
        n = min(at_once, total - mine["done"])
        env = {**os.environ, "FIVEWHYS_SEED": str(mine["seed"]), "FIVEWHYS_CASES": str(n)}
        started = time.monotonic()
        done = subprocess.run([program, "--nocapture", test], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        said = re.findall(r"^(?:test \S+ \.\.\. )?(proved: .+)$", done.stdout, re.M)
        say("\n".join(said) or done.stdout[-500:])
        if done.returncode != 0:
            say(done.stdout[-4000:] + done.stderr[-4000:])
            record(piece, mine["seed"], n, "**some**", time.monotonic() - started)
            return False
        mine["seed"] += n
        mine["done"] += n
        mine["seconds"] += time.monotonic() - started
        keep(known)
    record(piece, mine["seed"] - mine["done"], mine["done"], 0, mine["seconds"])
    known[piece] = {"seed": mine["seed"], "done": 0, "seconds": 0}
    keep(known)
    return True


#: Name of a piece → script that makes logs and runs the command or the built page on them, cases in all, cases at a time.
SCRIPTS = {
    "oracle": ("tests/oracle/recount.py", 1_000, 50),
    "damage through the command": ("tests/oracle/mutate.py", 5_000, 250),
    "damage through the page": ("tests/e2e/damage.mjs", 2_000, 250),
}


def run_script(piece, known, quick):
    """Runs the cases of a script that are left; says whether none failed."""
    script, total, at_once = SCRIPTS[piece]
    total = max(at_once, total // 10) if quick else total
    step("build the command", ["cargo", "build", "--locked", "--release", "--bin", "fivewhys"])
    command = (Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "fivewhys").resolve()
    if script.endswith(".mjs"):
        build_page(setup.HOST_FLAGS)
    mine = {"seed": 1, "done": 0, "seconds": 0} | known.get(piece, {})
    while mine["done"] < total:
        n = min(at_once, total - mine["done"])
        started = time.monotonic()
        seeds = ["--cases", n, "--seed", mine["seed"]]
        how = ["node", script] if script.endswith(".mjs") else [sys.executable, script, "--command", command]
        status, text = step(piece, [*how, *seeds], env={"FIVEWHYS_COMMAND": str(command)}, check=False)
        say(text.splitlines()[-1] if text else "")
        if status != 0:
            record(piece, mine["seed"], n, "**some**", time.monotonic() - started)
            return False
        mine = {"seed": mine["seed"] + n, "done": mine["done"] + n, "seconds": mine["seconds"] + time.monotonic() - started}
        known[piece] = mine
        keep(known)
    record(piece, mine["seed"] - mine["done"], mine["done"], 0, mine["seconds"])
    known[piece] = {"seed": mine["seed"], "done": 0, "seconds": 0}
    keep(known)
    return True


def growth(_known, _quick):
    """Instructions of worst cases."""
    status, text = step("growth of worst cases", [sys.executable, "scripts/growth.py"], stream=True, check=False)
    held = re.findall(r"growth: (\d+) of (\d+)", text)
    for n, of in held:
        record("worst cases (growth)", "-", int(of), int(of) - int(n), 0)
    return status == 0


def guided(known, quick):
    """The fuzz targets under coverage guidance, a time for each; where they can't be built, their bodies on seeds."""
    done = fuzz.main(["--secs", os.environ.get("SECS", "30" if quick else "360")])
    if done is None:
        return run_cases("fuzz harness", binary(), known, quick)
    n, broken, seconds = done
    record("fuzz targets, coverage guided", "-", n, ", ".join(broken) or 0, seconds)
    return not broken


def mutated(_known, quick):
    """A sample of mutants against the tests that reach them; a smaller one is part of the larger."""
    found, possible, seed, seconds = mutants.main(["--size", "60"] if quick else [])
    score = f"mutants of diagnose, trace and pattern ({100 * found / possible:.1f} % found)"
    record(score, seed, possible, f"{possible - found} not found", seconds)
    return found >= mutants.SCORE * possible


def build(_known, _quick):
    """The page, built twice."""
    started = time.monotonic()
    hashes, wrong = reproduce.main()
    for text in wrong:
        say(f"build: {text}")
    record(f"two builds, SHA-256 {hashes[0][:16]}…", "-", 2, len(wrong), time.monotonic() - started)
    return not wrong


def main(arguments):
    """Runs the pieces."""
    quick = "--quick" in arguments
    wanted = [name for name in arguments if not name.startswith("-")]
    more = {"growth": growth, "build": build, "fuzz": guided, "mutants": mutated}
    pieces = [*TESTS, *SCRIPTS, *more]
    for name in wanted:
        if name not in pieces:
            raise StepFailed(f"{name} is none of: {', '.join(pieces)}")
    known, bad, program = state(), [], None
    for piece in wanted or pieces:
        if piece in TESTS:
            program = program or binary()
            good = run_cases(piece, program, known, quick)
        elif piece in SCRIPTS:
            good = run_script(piece, known, quick)
        else:
            good = more[piece](known, quick)
        bad += [] if good else [piece]
    say(f"proved: {len(wanted or pieces) - len(bad)} of {len(wanted or pieces)} pieces" + (f"; not: {', '.join(bad)}" if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (StepFailed, KeyboardInterrupt) as failure:
        say(f"stopped: {failure or 'by the user'}; `make prove` goes on from here")
        sys.exit(1)
