"""Builds the sealed page and checks its seal: gives `dist/fivewhys.html`."""

import sys

import setup
from steps import ROOT, StepFailed, step

PAGE = ROOT / "dist" / "fivewhys.html"


def build_page():
    """Installs what is missing, builds, seals, checks the seal and shows the sizes."""
    setup.main(["page"])
    step("build and seal the page", ["sh", "scripts/page.sh"], env=setup.environment())
    step("check the seal", [sys.executable, "scripts/check_seal.py", PAGE], stream=True)
    return PAGE


if __name__ == "__main__":
    try:
        build_page()
    except StepFailed as failure:
        sys.exit(f"page not built: {failure}")
