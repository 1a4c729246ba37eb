"""`make bench`: measures the built page in Chromium and prints figures; asserts nothing, since machines differ.

Takes `dist/fivewhys.html`, gives start-up, drop to report, longest main-thread task and cancel on a generated 300 MB log.
The log is written by `tests/e2e/generate.mjs` into a temporary folder and removed.
"""

import sys

import setup
from steps import StepFailed, say, step


def main():
    """Sizes, then the browser's figures, then the library's benches."""
    setup.main(["all"])
    step("sizes", [sys.executable, "scripts/sizes.py"], stream=True)
    step("measure in Chromium", ["node", "tests/e2e/measure.mjs"], env=setup.environment(), stream=True)
    say("benches of single stages come with the next steps of the project (benches/)")


if __name__ == "__main__":
    try:
        main()
    except StepFailed as failure:
        sys.exit(str(failure))
