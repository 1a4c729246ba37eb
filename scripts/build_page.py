"""Builds the sealed page and checks its seal: gives `dist/fivewhys.html`."""

import sys

import setup
from steps import ROOT, StepFailed, step

PAGE = ROOT / "dist" / "fivewhys.html"


def build_page(host_flags=()):
    """Installs what is missing, builds, seals and checks the seal.

    `host_flags` are those with which the host's programs are built already, so that the sealer is not built anew.
    """
    setup.main(["page"])
    env = {**setup.environment(), **({"FIVEWHYS_SEAL_FLAGS": " ".join(host_flags)} if host_flags else {})}
    step("build and seal the page", ["sh", "scripts/page.sh"], env=env)
    step("check the seal", [sys.executable, "scripts/check_seal.py", PAGE], stream=True)
    return PAGE


if __name__ == "__main__":
    try:
        build_page()
    except StepFailed as failure:
        sys.exit(f"page not built: {failure}")
