"""Writes the code map in ARCHITECTURE.md from the first lines of the modules; `--check` only compares.

Takes `src/` (modules in the order of lib.rs, which is the pipeline's), gives the text between the two markers.
"""

import re
import sys

from steps import ROOT, say

FILE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- code map -->\n", "<!-- end of code map -->"


def first_sentence(path):
    """The first sentence of a file's head, on one line, links reduced to code."""
    lines = []
    for line in path.read_text().splitlines():
        if not line.startswith("//!") or (not line[3:].strip() and lines):
            break
        lines.append(line[3:].strip())
    text = re.sub(r"\[(`[^`]+`)\](\([^)]*\))?", r"\1", " ".join(lines))
    return re.split(r"(?<=[.])\s", text)[0].rstrip(":.").replace("|", "\\|")


def head_of(folder, name):
    """The file that holds a module, or None."""
    candidates = [folder / name / "mod.rs", folder / f"{name}.rs"]
    return next((path for path in candidates if path.is_file()), None)


def is_test(path):
    """Files that only tests see."""
    return path.stem in ("tests", "testing") or path.stem.endswith("_tests")


def children(folder):
    """Names of the modules in a folder, sorted."""
    if not folder.is_dir():
        return []
    names = {path.stem for path in folder.glob("*.rs") if path.stem != "mod" and not is_test(path)}
    names |= {path.name for path in folder.iterdir() if head_of(folder, path.name) and not is_test(path)}
    return sorted(names)


def code_map():
    """The map as Markdown."""
    src = ROOT / "src"
    order = re.findall(r"^pub mod (\w+);", (src / "lib.rs").read_text(), re.M)
    rows = []
    for module in order:
        rows.append(f"- **`{module}`**: {first_sentence(head_of(src, module))}.")
        for child in children(src / module):
            rows.append(f"  - `{child}`: {first_sentence(head_of(src / module, child))}")
            # The largest stage is folders of folders.
            for part in children(src / module / child) if module == "diagnose" else ():
                rows.append(f"    - `{part}`: {first_sentence(head_of(src / module / child, part))}")
    rows.append("- **`bin`**: the programs.")
    for child in children(src / "bin"):
        path = head_of(src / "bin", child) or src / "bin" / child / "main.rs"
        rows.append(f"  - `{child}`: {first_sentence(path)}")
    return "\n".join(rows) + "\n"


def main(arguments):
    """Writes, or compares with `--check`."""
    text = FILE.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    current = head + BEGIN + code_map() + END + tail
    if "--check" in arguments:
        if current != text:
            sys.exit("the code map in ARCHITECTURE.md is not current: run `make docs`")
        return
    FILE.write_text(current)
    say("wrote the code map in ARCHITECTURE.md")


if __name__ == "__main__":
    main(sys.argv[1:])
