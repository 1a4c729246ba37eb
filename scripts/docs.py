"""`make docs`: writes the generated pages (notices, formats, error codes, schema) and the API documentation."""

import sys

import code_map
import notices
import setup
from steps import ROOT, StepFailed, say, step


def main():
    """Writes everything that is generated and kept in the repository, then `target/doc`."""
    if (ROOT / "examples" / "write_docs.rs").exists():
        command = ["cargo", "run", "--locked", *setup.HOST_FLAGS, "--example", "write_docs"]
        step("write docs/", command)
    notices.main([])
    code_map.main([])
    step("API documentation", ["cargo", "doc", "--locked", "--no-deps", "--lib", *setup.HOST_FLAGS])
    say("read target/doc/fivewhys/index.html")


if __name__ == "__main__":
    try:
        main()
    except StepFailed as failure:
        sys.exit(str(failure))
