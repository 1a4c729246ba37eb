"""Makes `docs/screens/*.png`: the main states of the built page, wide and narrow, light and dark, from a generated log.

Takes nothing (or a folder to write to), gives one picture a state. Needs `dist/fivewhys.html` (`make page`); pictures get a palette
where Pillow is installed, which makes them a third as large.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import setup
from steps import ROOT, StepFailed, say, step

SCREENS = ROOT / "docs" / "screens"
#: Bytes of one picture and of all of them.
LIMIT_ONE, LIMIT_ALL = 150_000, 3_500_000
#: Colours of a palette, the most first; fewer where a picture would be too large.
COLOURS = (128, 64, 32)
#: The log of the report, and one that takes long enough to be seen being read.
LOGS = {"checkout.ndjson": ["--entries", "6000"], "large.ndjson": ["--bytes", "60M"]}


def generate(folder):
    """Writes the logs with the repository's generator; gives their paths."""
    step("build the generator", ["cargo", "build", "--locked", "--release", "--example", "generate"])
    paths = []
    for name, size in LOGS.items():
        path = Path(folder) / name
        with path.open("wb") as out:
            subprocess.run(
                [ROOT / "target/release/examples/generate", *size, "--seed", "7"], stdout=out, check=True
            )
        paths.append(path)
    return paths


def pack(path, target):
    """Writes a picture with a palette, or as it is without Pillow."""
    try:
        from PIL import Image
    except ImportError:
        target.write_bytes(path.read_bytes())
        return
    with Image.open(path) as image:
        for colours in COLOURS:
            # By an octree: the median cut gives rare hues away, and drew a warning in the colour of an error.
            how = {"method": Image.Quantize.FASTOCTREE, "dither": Image.Dither.NONE}
            image.convert("RGB").quantize(colours, **how).save(target, optimize=True)
            if target.stat().st_size <= LIMIT_ONE:
                return


def main(folder=SCREENS):
    """Takes and packs them; an error when one is missing or they are too large."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        logs = generate(scratch)
        step("take screenshots", ["node", "tests/e2e/screens.mjs", scratch, *logs], env=setup.environment(), stream=True)
        for old in folder.glob("*.png"):
            old.unlink()
        for path in sorted(Path(scratch).glob("*.png")):
            pack(path, folder / path.name)
    sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("*.png"))}
    say(f"{len(sizes)} pictures, {sum(sizes.values()):,} bytes")
    large = [name for name, size in sizes.items() if size > LIMIT_ONE]
    if large or sum(sizes.values()) > LIMIT_ALL:
        sys.exit(f"too large: {', '.join(large) or 'all together'}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except StepFailed as failure:
        sys.exit(f"not taken: {failure}")
