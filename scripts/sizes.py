"""Prints the sizes of the last build beside their limits; exit status 1 when the sealed page is over its limit."""

import gzip
import sys

from steps import ROOT, say

#: Bytes of the sealed page after gzip -9.
LIMIT_GZIPPED = 1_258_291


def main():
    """The table."""
    page = ROOT / "dist" / "fivewhys.html"
    if not page.is_file():
        sys.exit("dist/fivewhys.html is missing: run `make page` first")
    files = [page, *sorted(path for path in (ROOT / "dist").rglob("*.wasm"))]
    say(f"{'file':<44}{'bytes':>12}{'gzipped':>12}{'limit':>12}")
    over = False
    for path in files:
        body = path.read_bytes()
        packed = len(gzip.compress(body, 9, mtime=0))
        limit = LIMIT_GZIPPED if path == page else ""
        over |= path == page and packed > LIMIT_GZIPPED
        say(f"{str(path.relative_to(ROOT)):<44}{len(body):>12}{packed:>12}{limit:>12}")
    if over:
        sys.exit("the sealed page is over its limit")


if __name__ == "__main__":
    main()
