"""Mutation testing: `python3 scripts/mutants.py [--size N] [--seed N] [--fresh]`; gives exit status 1 below the score that is asked for.

Every mutant of `src/diagnose`, `src/trace` and `src/pattern` is in one build (`mutants_tree.py`); a seeded sample of them is tried, each with the tests
that reach its place, the quickest first, until one fails (`mutants_tests.py`). A mutant is drawn by a hash of what it changes, so that the
sample stays what it is while other code changes. Results are kept in `target/mutants/state.json` until the sources change: a run that
was stopped goes on, and tests that were added or changed are tried on the mutants that are left. Writes `docs/mutants.md`.
"""

import collections
import concurrent.futures
import datetime
import functools
import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib

import mutants_tests
import mutants_tree
from mutants_tree import FOLDERS, HOME
from steps import ROOT, StepFailed, say

STATE = HOME / "state.json"
PAGE = ROOT / "docs" / "mutants.md"
#: Mutants that no test can find, each with the reason.
JUDGED = ROOT / "mutants" / "equivalent.toml"
SIZE, SEED = 420, 1
#: Part of the sample that has to be found.
SCORE = 0.8
#: Tests at a time.
JOBS = int(os.environ.get("JOBS", "2"))

HEAD = """# Mutants

Written by `python3 scripts/mutants.py` (`make prove PIECE=mutants`); don't edit.

A mutant is the program with one small fault put in: `<` for `==`, a condition turned round, a function that gives a fixed value at once. The
kinds are those of cargo-mutants. A test suite that passes with the fault in has not looked there. All mutants of `src/diagnose`, `src/trace` and
`src/pattern` that compile are in one build of the unit tests, `tests/it` and `tests/trust`, and are switched on one at a time; a sample drawn from a
seed is tried with every test that reaches it, but for those that take more than {secs} seconds. Code of the page is left out, and so are its tests.

"""


class State:
    """What is known: of each test what it reaches, of each mutant how it went."""

    def __init__(self, sources, is_fresh):
        old = json.loads(STATE.read_text()) if STATE.exists() and not is_fresh else {}
        same = old if old.get("sources") == sources else {}
        self.sources, self.tests, self.mutants = sources, same.get("tests", {}), same.get("mutants", {})

    def keep(self):
        """Writes it, whole or not at all."""
        fresh = STATE.with_suffix(".new")
        fresh.write_text(json.dumps({"sources": self.sources, "tests": self.tests, "mutants": self.mutants}))
        fresh.replace(STATE)


def named(mutants):
    """Gives each mutant its name, which holds while other code changes: file, function, code of the line, column in it, change."""
    texts = {}
    for mutant in mutants:
        lines = texts.setdefault(mutant["file"], (ROOT / mutant["file"]).read_text().splitlines())
        line = lines[mutant["line"] - 1]
        mutant["code"] = line.strip()
        mutant["at"] = mutant["column"] - (len(line) - len(line.lstrip()))
        mutant["folder"] = mutant["file"].split("/")[1]
        mutant["name"] = "\t".join(str(mutant[key]) for key in ("file", "function", "code", "at", "change"))
    return mutants


def sample(mutants, size, seed):
    """So many mutants, from each folder in proportion."""
    drawn = []
    for folder in FOLDERS:
        mine = [mutant for mutant in mutants if mutant["folder"] == folder]
        mine.sort(key=lambda mutant: hashlib.sha256(f"{seed}\t{mutant['name']}".encode()).digest())
        drawn += mine[: round(size * len(mine) / len(mutants))]
    return drawn


@functools.cache
def hashed(*patterns):
    """A hash of the files that fit."""
    text = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        text.update(path.read_bytes())
    return text.hexdigest()[:16]


def written(name):
    """What a test is written in, as a hash: when it changes, what was known of the test is not true any more."""
    binary, test = name.split(" ")
    return hashed("src/**/*.rs") if binary == "lib" else hashed(f"tests/{binary}/{test.split('::')[0]}.rs")


def learn(state, programs):
    """Runs each test that is not known by itself, then all that pass in one process: what fails there says nothing of a mutant."""
    names = [f"{binary} {test}" for binary, program in programs.items() for test in mutants_tests.listed(program)]
    texts = {name: written(name) for name in names}
    state.tests = {name: state.tests[name] for name in names if state.tests.get(name, {}).get("text") == texts[name]}
    for result in state.mutants.values():
        result["tried"] = [name for name in result["tried"] if name in state.tests]
    fresh = [name for name in names if name not in state.tests]
    say(f"mutants: {len(names)} tests, {len(fresh)} to be learnt")

    def one(name):
        binary, test = name.split(" ")
        return name, {**mutants_tests.learn(programs[binary], test), "text": texts[name]}

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for n, (name, found) in enumerate(pool.map(one, fresh), 1):
            state.tests[name] = found
            if n % 50 == 0:
                say(f"mutants: {n} of {len(fresh)} tests learnt")
                state.keep()
    while fresh and (bad := mutants_tests.judge(0, usable(state), state.tests, programs)):
        say(f"mutants: without a mutant, beside others: {bad}")
        if bad not in state.tests:
            raise StepFailed(f"tests don't pass without a mutant: {bad}")
        state.tests[bad] = {"out": "fails beside others", "text": texts[bad]}
    state.keep()


def usable(state):
    """Tests that can be used."""
    return [name for name, test in state.tests.items() if "out" not in test]


def try_all(state, drawn, programs):
    """Tries each mutant that was not found yet with the tests that were not tried yet."""
    reaching = collections.defaultdict(list)
    for name in usable(state):
        for place in state.tests[name]["reached"]:
            reaching[place].append(name)

    def one(mutant):
        old = state.mutants.get(mutant["name"], {})
        tests = [name for name in reaching[mutant["place"]] if name not in old.get("tried", [])]
        if old.get("by") or not tests:
            return mutant, old or {"by": None, "tried": []}
        started = time.monotonic()
        by = mutants_tests.judge(mutant["mutant"], tests, state.tests, programs)
        secs = round(time.monotonic() - started, 1)
        return mutant, {"by": by, "tried": [] if by else sorted({*tests, *old.get("tried", [])}), "secs": secs}

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for n, done in enumerate(concurrent.futures.as_completed([pool.submit(one, mutant) for mutant in drawn]), 1):
            mutant, result = done.result()
            state.mutants[mutant["name"]] = result
            if n % 10 == 0 or result.get("secs", 0) > 30:
                found = sum(bool(state.mutants.get(mutant["name"], {}).get("by")) for mutant in drawn)
                say(f"mutants: {n} of {len(drawn)} tried, {found} found, the last in {result.get('secs', 0):.0f} s")
                state.keep()
    state.keep()


def equivalent():
    """Name of a mutant → why no test can find it."""
    rows = tomllib.loads(JUDGED.read_text()).get("mutant", []) if JUDGED.exists() else []
    return {"\t".join(str(row[key]) for key in ("file", "function", "code", "at", "change")): row["reason"] for row in rows}


def kind(mutant, state, judged):
    """How a mutant went, in a word."""
    result = state.mutants[mutant["name"]]
    if result["by"]:
        return "by time" if result["by"].endswith(" time") else "by a test"
    if mutant["name"] in judged:
        return "equivalent"
    return "missed" if result["tried"] else "not reached"


def table(rows):
    """Rows as Markdown, pipes in code kept from ending a cell."""
    head, *rest = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *rest]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def page(state, mutants, drawn, seed):
    """Writes the page; gives found and countable mutants."""
    judged = equivalent()
    kinds = ["by a test", "by time", "equivalent", "missed", "not reached"]
    rows, sums = [["folder", "mutants", "tried", *kinds, "found of those that can be"]], collections.Counter()
    for folder in FOLDERS:
        counts = collections.Counter(kind(mutant, state, judged) for mutant in drawn if mutant["folder"] == folder)
        counts["mutants"] = sum(mutant["folder"] == folder for mutant in mutants)
        sums += counts
        rows.append(line(f"`src/{folder}`", counts, kinds))
    rows.append(line("all", sums, kinds))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    out = collections.Counter(test["out"] for test in state.tests.values() if "out" in test)
    text = HEAD.format(secs=mutants_tests.LONGEST_SECS)
    text += f"{day}, commit {commit}, seed {seed}, {len(usable(state))} tests"
    text += "".join(f", {n} left out ({why})" for why, n in sorted(out.items())) + ".\n\n" + table(rows)
    for title, which in (("Missed", "missed"), ("Not reached by any test", "not reached"), ("Equivalent", "equivalent")):
        found = [mutant for mutant in drawn if kind(mutant, state, judged) == which]
        if found:
            last = "why no test can find it" if which == "equivalent" else "code"
            cells = [["file and line", "function", "change", last]]
            for mutant in sorted(found, key=lambda mutant: (mutant["file"], mutant["line"], mutant["column"])):
                why = judged.get(mutant["name"]) if which == "equivalent" else f"`{mutant['code']}`"
                cells.append([f"{mutant['file'].removeprefix('src/')}:{mutant['line']}", f"`{mutant['function']}`", f"`{mutant['change']}`", why])
            text += f"\n## {title}\n\n" + table(cells)
    PAGE.write_text(text)
    return found_of(sums)


def found_of(counts):
    """Mutants found, and those that can be."""
    found = counts["by a test"] + counts["by time"]
    return found, found + counts["missed"] + counts["not reached"]


def line(name, counts, kinds):
    """A row of the page's first table."""
    found, possible = found_of(counts)
    return [name, f"{counts['mutants']:,}", possible + counts["equivalent"], *(counts[kind] for kind in kinds), f"{100 * found / max(possible, 1):.1f} %"]


def main(arguments):
    """Runs the sample; gives found mutants, those that can be found, the seed, and seconds."""

    def number(name, usual):
        return int(arguments[arguments.index(name) + 1]) if name in arguments else usual

    started, seed = time.monotonic(), number("--seed", SEED)
    HOME.mkdir(parents=True, exist_ok=True)
    sources, mutants, programs = mutants_tree.build()
    mutants, state = named(mutants), State(sources, "--fresh" in arguments)
    drawn = sample(mutants, number("--size", SIZE), seed)
    learn(state, programs)
    try_all(state, drawn, programs)
    found, possible = page(state, mutants, drawn, seed)
    say(f"proved: mutants: {found} of {possible} found ({100 * found / possible:.1f} %), {len(mutants):,} in all; {PAGE.name} says which are not")
    return found, possible, seed, time.monotonic() - started


if __name__ == "__main__":
    try:
        n, of, _, _ = main(sys.argv[1:])
    except (StepFailed, KeyboardInterrupt) as failure:
        say(f"stopped: {failure or 'by the user'}; the next run goes on from here")
        sys.exit(1)
    sys.exit(0 if n >= SCORE * of else 1)
