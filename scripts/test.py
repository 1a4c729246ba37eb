"""`make test`: every test, native, on Spark, in wasm and in Chromium, with one closing line that adds them up.

Takes names of suites (default: all), gives `N passed, N failed, N skipped` as the last line and exit status 1 when one
failed. A test that printed `skipped: NAME: WHY` counts as skipped, not as passed.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import setup
from build_page import build_page
from steps import ROOT, StepFailed, say, step

#: What a libtest or a wasm-bindgen-test run says at its end.
RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", re.M)
#: What a test prints that had nothing to test with.
SKIPPED = re.compile(r"^\s*skipped: .+$", re.M)
#: How libtest lists what failed, and Playwright's colours, which no list of failures needs.
FAILED_NAMES = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. FAILED$", re.M)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: Odd on purpose: nothing that reaches a report may depend on zone or locale.
ODD_PLACE = {"TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8"}


#: What Python's unittest says at its end.
RAN = re.compile(r"^Ran (\d+) tests?", re.M)
UNWELL = re.compile(r"(failures|errors|skipped)=(\d+)")


#: One line for each test that failed or needed a second try, for the end of the output, where it is looked for.
NOT_PASSED = []


class Count:
    """Numbers of one or several suites."""

    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def add(self, other):
        """Adds another suite's numbers."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count_libtest(status, text):
    """Numbers from the text of `cargo test`; a run that did not get to its tests is one failure."""
    count = Count()
    for passed, failed, ignored in RESULT.findall(text):
        count.add(Count(int(passed), int(failed), int(ignored)))
    skips = min(len(SKIPPED.findall(text)), count.passed)
    count.passed, count.skipped = count.passed - skips, count.skipped + skips
    if status != 0 and count.failed == 0:
        count.failed = 1
    return count


def unwell(suite, titles=()):
    """The tests of a Playwright result that did not pass at their first try: (title, how it ended, its first error)."""
    for spec in suite.get("specs", []):
        for test in spec.get("tests", []):
            if test.get("status") in ("unexpected", "flaky"):
                errors = [e.get("message", "") for r in test.get("results", []) for e in r.get("errors", [])]
                first = " ".join(COLOURS.sub("", errors[0] if errors else "no message").split())[:400]
                yield " › ".join([*titles, spec.get("title", "?")]), test["status"], first
    for inner in suite.get("suites", []):
        yield from unwell(inner, (*titles, inner.get("title", "?")))


def count_unittest(status, text):
    """Numbers from the text of Python's unittest."""
    ran = sum(map(int, RAN.findall(text)))
    kinds = {"failures": 0, "errors": 0, "skipped": 0}
    for word, number in UNWELL.findall(text):
        kinds[word] += int(number)
    failed = kinds["failures"] + kinds["errors"] or int(status != 0)
    return Count(max(0, ran - failed - kinds["skipped"]), failed, kinds["skipped"])


def scripts():
    """The scripts' own tests, and whether what they generate is current."""
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests/scripts"]
    status, text = step("tests of the scripts", command, stream=True, check=False)
    return count_unittest(status, text)


def native():
    """Unit tests, tests/it and the examples in the documentation, on the host."""
    command = ["cargo", "test", "--locked", *setup.HOST_FLAGS, "--no-fail-fast", "--", "--show-output"]
    status, text = step("native tests", command, env=ODD_PLACE, stream=True, check=False)
    NOT_PASSED.extend(f"native: {name}" for name in FAILED_NAMES.findall(text))
    return count_libtest(status, text)


def scale():
    """The Spark job and the xargs recipe against one run of the command."""
    python = setup.spark_python()
    build = ["cargo", "build", "--locked", *setup.HOST_FLAGS, "--bin", "fivewhys", "--example", "generate"]
    step("build the command and the generator", build)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "debug"
    env = {
        "FIVEWHYS_COMMAND": str(target / "fivewhys"),
        "FIVEWHYS_GENERATE": str(target / "examples" / "generate"),
    }
    command = [python, "-m", "unittest", "-v", "tests/scale/test_scale.py"]
    status, text = step("tests of many machines", command, env=env, stream=True, check=False)
    return count_unittest(status, text)


def wasm():
    """tests/web.rs in headless Chromium."""
    env = {
        **setup.environment(),
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER": "wasm-bindgen-test-runner",
        "WASM_BINDGEN_TEST_TIMEOUT": "300",
    }
    command = ["cargo", "test", "--locked", "--target", setup.TARGET, "--no-default-features", "--features", "browser"]
    command += ["--test", "web"]
    status, text = step("wasm tests in a browser", command, env=env, stream=True, check=False)
    return count_libtest(status, text)


def browser():
    """Playwright on the sealed page, from file:// and from http, compared with the command."""
    build_page(setup.HOST_FLAGS)
    step("build the command", ["cargo", "build", "--locked", *setup.HOST_FLAGS, "--bin", "fivewhys"])
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        env = {
            **setup.environment(),
            "PLAYWRIGHT_JSON_OUTPUT_FILE": str(result),
            "FIVEWHYS_COMMAND": str(target / "debug" / "fivewhys"),
        }
        command = ["npx", "--no-install", "playwright", "test", "--config", "tests/e2e/playwright.config.mjs"]
        status, _ = step("browser tests", command, env=env, stream=True, check=False)
        told = json.loads(result.read_text()) if result.exists() else {}
    NOT_PASSED.extend(f"browser, {how}: {title}: {error}" for title, how, error in unwell(told))
    stats = told.get("stats", {})
    count = Count(stats.get("expected", 0) + stats.get("flaky", 0), stats.get("unexpected", 0), stats.get("skipped", 0))
    if status != 0 and count.failed == 0:
        count.failed = 1
    return count


SUITES = {"scripts": scripts, "native": native, "scale": scale, "wasm": wasm, "browser": browser}


def main(names):
    """Runs the suites in order; one that cannot start counts as failed and the others still run."""
    setup.main(["all"])
    total, table = Count(), []
    for name in names or list(SUITES):
        try:
            count = SUITES[name]()
        except StepFailed as failure:
            say(f"{name}: {failure}")
            count = Count(failed=1)
        table.append((name, count))
        total.add(count)
    for line in NOT_PASSED:
        say(f"not passed: {line}")
    for name, count in table:
        say(f"{name:>8}: {count}")
    say(str(total))
    return 1 if total.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except StepFailed as failure:
        say(f"tests stopped: {failure}")
        say(str(Count(failed=1)))
        sys.exit(1)
