"""The copy of the repository that holds every mutant: takes the working tree, gives the mutants that compile and the test binaries.

`mutants/` (its own crate) puts the mutants into the copy in `target/mutants/tree`. Which of them compile is known to the compiler alone: places in
which it finds errors are dropped, and the rest is built again until all of it builds. What was dropped is kept with the sources it is true of.
"""

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

from steps import ROOT, StepFailed, step

HOME = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "mutants"
TREE = HOME / "tree"
LIST = HOME / "list.tsv"
DROPPED = HOME / "dropped.txt"
#: Folders of `src` that are mutated.
FOLDERS = ["diagnose", "trace", "pattern"]
#: As `setup.HOST_FLAGS`, without the page: it draws what it is given, and takes as long to build as all the rest.
FLAGS = ["--locked", "--profile", "mutants", "--features", "schema,worker"]
#: Quick enough to run hundreds of tests hundreds of times; arithmetic that runs over stops a test.
PROFILE = """
[workspace]

[profile.mutants]
inherits = "dev"
opt-level = 1
debug = false
incremental = false

[profile.mutants.package."*"]
opt-level = 2
"""
#: Errors are looked for in the mutants only: lints of the sources say nothing of them.
QUIET = {"RUSTFLAGS": "--cap-lints=allow", "CARGO_TARGET_DIR": str(HOME / "build")}
#: Builds after which something else must be wrong.
MOST_BUILDS = 20


def is_test(path):
    """Tests inside `src`, as `tests/it/tidy/tree.rs` has them."""
    return "/tests/" in path or path.endswith(("/tests.rs", "_tests.rs", "/testing.rs"))


def is_mutated(path):
    """What the tool writes: the other files of the copy are the working tree's."""
    return path == "src/lib.rs" or path.startswith(tuple(f"src/{name}/" for name in FOLDERS)) and not is_test(path)


def copied(path, text):
    """A file's bytes as they stand in the copy."""
    if path == "Cargo.toml":
        return b"\n[".join(part for part in text.split(b"\n[") if not part.startswith(b"lints.")) + PROFILE.encode()
    if path == "build.rs":
        # It is built from two of the mutated files.
        return text + b'\n#[path = "src/mutant.rs"]\nmod mutant;\n'
    return text


def write(path, text):
    """Writes what differs only, since builds go by the time of change."""
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def copy():
    """Brings the copy to what the working tree is, and says what the product's sources are as a hash."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    known = sorted(path for path in set(listed.stdout.split("\0")) - {""} if (ROOT / path).is_file())
    sources = hashlib.sha256()
    for path in known:
        text = (ROOT / path).read_bytes()
        if path.startswith(("src/", "mutants/src/", "knowledge/")) and not is_test(path):
            # Tests at a file's end are no part of what they test.
            sources.update(path.encode() + b"\0" + text.partition(b"\n#[cfg(test)]\nmod tests {")[0])
        if not (path.endswith(".rs") and is_mutated(path)):
            write(TREE / path, copied(path, text))
    for path in TREE.rglob("*"):
        name = path.relative_to(TREE).as_posix()
        if path.is_file() and name not in known and name not in ("src/mutant.rs",):
            path.unlink()
    return sources.hexdigest()


def mutate():
    """Puts the mutants in; gives them as a list."""
    tool = ["cargo", "run", "--quiet", "--locked", "--manifest-path", "mutants/Cargo.toml", "--target-dir", HOME / "tool", "--"]
    step("put the mutants in", [*tool, ROOT / "src", TREE / "src", LIST, DROPPED, *FOLDERS])
    lines = LIST.read_text().splitlines()
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"))) for line in lines[1:]]
    return [{name: int(text) if text.isdecimal() and name != "change" else text for name, text in row.items()} for row in rows]


def written_span(span):
    """Where a span stands in what was written: errors inside a macro are where it is called."""
    while span.get("expansion"):
        span = span["expansion"]["span"]
    return span


def guilty(error, by_file):
    """The places that an error comes from: those closest around it, else those of its lines, else those of its function."""
    for primary in (True, False):
        written = [written_span(span) for span in error["spans"] if span["is_primary"] == primary]
        spans = [span for span in written if span["file_name"] in by_file]
        for span in spans:
            mutants = by_file[span["file_name"]]
            around = [m for m in mutants if m["begin"] <= span["byte_start"] and span["byte_end"] <= m["end"]]
            if around:
                return {min(around, key=lambda m: m["end"] - m["begin"])["place"]}
        for span in spans:
            mutants, lines = by_file[span["file_name"]], range(span["line_start"], span["line_end"] + 1)
            found = {m["place"] for m in mutants if m["line"] in lines}
            found = found or {m["place"] for m in mutants if m["from"] <= span["line_start"] <= m["to"]}
            if found:
                return found
    return set()


def messages(text):
    """What cargo says in JSON."""
    return [json.loads(line) for line in text.splitlines() if line.startswith('{"reason"')]


def build():
    """Makes the copy, drops what doesn't compile, builds the tests; gives the sources' hash, the mutants, and name → test binary."""
    sources = copy()
    kept = HOME / "dropped.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    dropped = set(known.get("places", [])) if known.get("sources") == sources else set()
    for _ in range(MOST_BUILDS):
        DROPPED.write_text("".join(f"{place}\n" for place in sorted(dropped)))
        mutants = mutate()
        # The unit tests, which have to be built anyway; the library by itself would have dependencies of its own.
        command = ["cargo", "test", *FLAGS, "--lib", "--no-run", "--message-format", "json"]
        done = subprocess.run(command, cwd=TREE, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        by_file = {}
        for mutant in mutants:
            by_file.setdefault(mutant["file"], []).append(mutant)
        told = [m["message"] for m in messages(done.stdout) if m["reason"] == "compiler-message"]
        found = set().union(*(guilty(m, by_file) for m in told if m["level"] == "error" and m["spans"]))
        print(f"mutants: {len(found)} places don't compile", flush=True)
        if not found:
            raise StepFailed(f"the copy doesn't build:\n{done.stderr[-4_000:]}\n{told[-1]['rendered'] if told else ''}")
        dropped |= found
        kept.write_text(json.dumps({"sources": sources, "places": sorted(dropped)}))
    else:
        raise StepFailed(f"the copy doesn't build after {MOST_BUILDS} times")
    command = ["cargo", "test", *FLAGS, "--lib", "--test", "it", "--test", "trust", "--no-run", "--message-format", "json"]
    _, text = step("build the tests", command, cwd=TREE, env=QUIET)
    built = [m for m in messages(text) if m["reason"] == "compiler-artifact" and m.get("executable") and m["profile"]["test"]]
    return sources, mutants, {re.sub("^fivewhys$", "lib", m["target"]["name"]): m["executable"] for m in built}
