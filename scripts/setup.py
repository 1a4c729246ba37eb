"""Installs what is missing and nothing else: wasm target, Trunk, wasm-bindgen-cli, npm tools, Chromium with its driver, Firefox.

Takes the names of parts (`page`, `browser`, `all`), gives them installed. Tools of Cargo are kept in `.tools/NAME-VERSION`,
those of npm in `node_modules`; both are ignored by git and reused until their version changes here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from steps import ROOT, StepFailed, say, step

TARGET = "wasm32-unknown-unknown"
#: Crate, version, its program, extra flags. wasm-bindgen-cli has to be of the version of the crate in Cargo.lock.
CARGO_TOOLS = [
    ("trunk", "0.21.14", "trunk", ["--no-default-features"]),
    ("wasm-bindgen-cli", "0.2.130", "wasm-bindgen", []),
]
#: One set of features for everything on the host, so that the dependency tree is built once; panels of the page and the
#: worker's plain functions are tested there too.
HOST_FLAGS = ["--features", "schema,page,worker"]
#: The tools are run a few times only, so building them fast beats their speed.
QUICK_BUILD = {
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "256",
    "CARGO_PROFILE_RELEASE_DEBUG": "0",
}
TOOLS = ROOT / ".tools"


def tool_folder(program, version):
    """Folder that holds one version of a tool."""
    return TOOLS / f"{program}-{version}"


def tool_paths():
    """Folders that stand first on PATH for every build and test."""
    folders = [tool_folder(program, version) / "bin" for _, version, program, _ in CARGO_TOOLS]
    return [ROOT / "node_modules" / ".bin", *folders]


def environment():
    """Environment in which the tools of this project are found before any other."""
    path = os.pathsep.join([*map(str, tool_paths()), os.environ.get("PATH", "")])
    return {"PATH": path, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", **browser_paths()}


def ensure_rust():
    """The pinned toolchain with its components and the wasm target, asked for explicitly."""
    if shutil.which("rustup") is None:
        return
    wanted = re.search(r'channel = "([^"]+)"', (ROOT / "rust-toolchain.toml").read_text()).group(1)
    if wanted not in _output(["rustup", "toolchain", "list"]):
        step(f"install Rust {wanted}", ["rustup", "toolchain", "install", wanted, "--profile", "minimal"])
    components = _output(["rustup", "component", "list", "--installed", "--toolchain", wanted])
    for component in ("rustfmt", "clippy"):
        if component not in components:
            step(f"add {component}", ["rustup", "component", "add", component, "--toolchain", wanted])
    if TARGET not in _output(["rustup", "target", "list", "--installed", "--toolchain", wanted]):
        step(f"add target {TARGET}", ["rustup", "target", "add", TARGET, "--toolchain", wanted])


def ensure_cargo_tools():
    """Trunk and wasm-bindgen-cli: with their lock file first, without it where that does not build."""
    for crate, version, program, flags in CARGO_TOOLS:
        folder = tool_folder(program, version)
        if (folder / "bin" / program).exists():
            continue
        command = ["cargo", "install", crate, "--version", f"={version}", "--root", folder, *flags]
        # One target folder for both, outside the project's own, so that shared dependencies are built once.
        env = {**QUICK_BUILD, "CARGO_TARGET_DIR": str(TOOLS / "build")}
        status, _ = step(f"install {crate} {version}", [*command, "--locked"], env=env, check=False)
        if status != 0:
            step(f"install {crate} {version} without its lock file", command, env=env)
    shutil.rmtree(TOOLS / "build", ignore_errors=True)


def ensure_npm_tools():
    """wasm-opt, Playwright and axe-core, exactly as package-lock.json names them."""
    stamp = ROOT / "node_modules" / ".package-lock.json"
    if stamp.exists() and _npm_versions(stamp) == _npm_versions(ROOT / "package-lock.json"):
        return
    step("install npm tools", ["npm", "ci", "--no-audit", "--no-fund"], env=environment())


def _npm_versions(lock):
    packages = json.loads(lock.read_text())["packages"]
    # An optional package of another system is in the lock file but not in the folder.
    return {name: each["version"] for name, each in packages.items() if name and not each.get("optional")}


def ensure_sources():
    """Dependencies fetched once, so that Trunk can build offline."""
    step("fetch dependencies", ["cargo", "fetch", "--locked"])


def browser_paths():
    """Browsers and driver: those that CHROMIUM, CHROMEDRIVER and FIREFOX name, or Debian's."""
    return {
        "CHROMIUM": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "CHROMEDRIVER": os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver"),
        "FIREFOX": os.environ.get("FIREFOX", "/usr/bin/firefox-esr"),
    }


def ensure_browser():
    """Chromium and chromedriver of the same version, from the system's packages."""
    paths = browser_paths()
    if all(os.path.exists(paths[name]) for name in ("CHROMIUM", "CHROMEDRIVER")):
        return
    if shutil.which("apt-get") is None:
        raise StepFailed("chromium and chromedriver are missing, and there is no apt-get to install them")
    if not _apt_install("Chromium and its driver", ["chromium", "chromium-driver"]):
        raise StepFailed("chromium and chromedriver can't be installed")


def ensure_firefox():
    """Firefox ESR from the system's packages; without it one test is skipped, so that only CI takes it for a failure."""
    if os.path.exists(browser_paths()["FIREFOX"]):
        return
    if shutil.which("apt-get") is None or not _apt_install("Firefox ESR", ["firefox-esr"]):
        say("skipped: firefox: it can't be installed here (Debian: firefox-esr)")


def _apt_install(name, packages):
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    commands = [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]]
    return all(step(f"install {name}: {command[1]}", [*prefix, *command], env=quiet, check=False)[0] == 0 for command in commands)


def spark_python():
    """A Python that has pyspark: one of its own in `.tools`, or this one where Java or pyspark can't be had (and a line)."""
    wanted = ROOT / "scale" / "requirements.txt"
    if shutil.which("java") is None:
        say("skipped: the Spark job: no Java")
        return sys.executable
    folder = TOOLS / f"spark-{wanted.read_text().strip().replace('==', '-')}"
    python, stamp = folder / "bin" / "python", folder / "complete"
    if not stamp.exists():
        commands = [[sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", "-r", wanted]]
        for command in commands:
            if step(f"pyspark: {Path(str(command[0])).name} -m {command[2]}", command, check=False)[0] != 0:
                say("skipped: the Spark job: pyspark can't be had")
                return sys.executable
        stamp.touch()
    return python


def _output(command):
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout


PARTS = {
    "page": [ensure_rust, ensure_cargo_tools, ensure_npm_tools, ensure_sources],
    "browser": [ensure_browser, ensure_firefox],
}
PARTS["all"] = PARTS["page"] + PARTS["browser"]


def main(names):
    """Installs the parts named; nothing is printed for what is there already."""
    for name in names or ["all"]:
        for ensure in PARTS[name]:
            ensure()
    say("[ ok ] tools are in place")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StepFailed as failure:
        sys.exit(f"setup stopped: {failure}")
