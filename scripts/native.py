"""Release builds of the command and of what measures it.

Takes nothing, gives paths. Programs are built once and found by everything that measures.
"""

import os
from pathlib import Path

from steps import ROOT, step


def release(*parts):
    """A path below the folder of release builds."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve().joinpath("release", *parts)


def build_release(examples=("generate",)):
    """Builds the command and these examples; gives their paths."""
    command = ["cargo", "build", "--release", "--locked", "--bin", "fivewhys"]
    for example in examples:
        command += ["--example", example]
    step("build for measuring", command)
    return [release("fivewhys"), *(release("examples", example) for example in examples)]
