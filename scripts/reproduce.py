"""Builds the sealed page from two clones that share nothing but the commit, and compares them to the byte.

The clones stand in folders of other names and depths, with another `CARGO_HOME`, time zone and language each. What was downloaded
from the registry, the tools in `.tools` and those of npm are used again. Gives exit status 1 where the SHA-256 differ or a folder
of a build stands in a file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sealed_file import Sealed
from steps import ROOT, say, step

#: Folder of the clone, of Cargo's home, time zone, language.
PLACES = [
    ("one", "home-of-one", "UTC", "C"),
    ("another/folder/with/a-longer-name", "another-home", "Asia/Kathmandu", "C.UTF-8"),
]


def cargo_home(place):
    """A home of Cargo of its own, with what was downloaded already."""
    known = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry"
    for part in ("cache", "index"):
        if (known / part).is_dir():
            shutil.copytree(known / part, place / "registry" / part)
    return place


def build(folder, place, commit):
    """One clone of a commit, built; gives the page and the folders that may not be named in it."""
    name, home, zone, language = place
    clone = folder / name
    clone.parent.mkdir(parents=True, exist_ok=True)
    step(f"clone into {name}", ["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone])
    # The branch may move on while the first clone is built.
    step(f"check out {commit[:12]}", ["git", "checkout", "--quiet", "--detach", commit], cwd=clone)
    for tools in (".tools", "node_modules"):
        (clone / tools).symlink_to((ROOT / tools).resolve())
    home = cargo_home(folder / home)
    rustup = os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup"))
    env = {"CARGO_HOME": str(home), "RUSTUP_HOME": rustup, "TZ": zone, "LC_ALL": language, "CARGO_TARGET_DIR": str(clone / "target")}
    step(f"build in {name}", ["sh", "scripts/page.sh"], env=env, cwd=clone)
    page = (clone / "dist" / "fivewhys.html").read_bytes()
    return page, [str(folder), str(ROOT), str(Path.home()), rustup]


def named(page, folders):
    """Folders of the build that stand in the page or in what it holds packed."""
    sealed = Sealed(page.decode())
    ids = [attrs["id"] for attrs, _ in sealed.texts("script") if "id" in attrs]
    held = [page, *(sealed.packed(ident) or b"" for ident in ids if _is_packed(sealed, ident))]
    if len(held) < 2:
        return ["nothing packed was found: the check looked at nothing"]
    return sorted({folder for folder in folders for data in held if folder.encode() in data})


def _is_packed(sealed, ident):
    try:
        return sealed.packed(ident) is not None
    except (ValueError, OSError, EOFError):
        return False


def parts(page):
    """What the page consists of, by name, with the hash of each: what it holds packed, and the rest."""
    sealed = Sealed(page.decode())
    ids = [attrs["id"] for attrs, _ in sealed.texts("script") if "id" in attrs]
    found = {ident: sealed.packed(ident) for ident in ids if _is_packed(sealed, ident)}
    found |= {f"script {n}": text.encode() for n, text in enumerate(sealed.scripts())}
    return {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


def keep(pages):
    """Keeps pages that differ, and says which parts do."""
    folder = ROOT / "target" / "prove"
    folder.mkdir(parents=True, exist_ok=True)
    for n, page in enumerate(pages):
        (folder / f"build-{n}.html").write_bytes(page)
    one, other = map(parts, pages)
    differ = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return f"the builds differ in {', '.join(differ) or 'what holds the parts'}; both are kept in {folder.relative_to(ROOT)}"


def main():
    """Builds both and compares; gives the hashes and what was wrong."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="fivewhys-build-") as name:
        folder, pages, hashes, wrong = Path(name), [], [], []
        for place in PLACES:
            page, folders = build(folder, place, commit)
            pages.append(page)
            hashes.append(hashlib.sha256(page).hexdigest())
            say(f"{hashes[-1]}  {place[0]} ({len(page):,} bytes, {place[2]})")
            wrong += [f"{place[0]}: {found} is named in the page" for found in named(page, folders)]
        if len(set(hashes)) != 1:
            wrong.append(keep(pages))
        for text in wrong:
            say(f"reproduce: {text}")
        say(f"reproduced: {'no' if wrong else 'yes'}, SHA-256 {hashes[0]}")
        return hashes, wrong


if __name__ == "__main__":
    sys.exit(1 if main()[1] else 0)
