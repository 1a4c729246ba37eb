"""Other programs that can be asked what a log says: takes a folder and a log, gives the command line, or why there is none.

Each gives (name and version, what it does, command, environment), or a sentence where the program is not installed.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def _version(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    return (done.stdout or done.stderr).strip().split("\n")[0]


def jq(_folder, log):
    """Counts by severity and message."""
    if shutil.which("jq") is None:
        return "jq is not installed (Debian: jq)"
    program = '[inputs | [.severity // "none", .textPayload // .jsonPayload.message // ""]] | group_by(.)'
    program += " | map([length, .[0]]) | sort | reverse | .[:20]"
    return _version(["jq", "--version"]), "counts by severity and message", ["jq", "-n", program, log], {}


#: How lnav reads an entry of Cloud Logging.
LNAV_FORMAT = {
    "$schema": "https://lnav.org/schemas/format-v1.schema.json",
    "cloud_run": {
        "title": "Cloud Logging entries",
        "json": True,
        "hide-extra": True,
        "file-pattern": r".*\.ndjson",
        "line-format": [{"field": "timestamp"}, " ", {"field": "severity", "default-value": "-"}, " ", {"field": "textPayload", "default-value": ""}],
        "timestamp-field": "timestamp",
        "level-field": "severity",
        "body-field": "textPayload",
        "level": {"error": "ERROR", "warning": "WARNING", "info": "INFO|NOTICE", "debug": "DEBUG"},
        "value": {
            "insertId": {"kind": "string", "identifier": True},
            "severity": {"kind": "string"},
            "textPayload": {"kind": "string"},
            "logName": {"kind": "string"},
        },
    },
}


def lnav(folder, log):
    """Counts by level, by its SQL."""
    if shutil.which("lnav") is None:
        return "lnav is not installed (Debian: lnav)"
    formats = Path(folder, "lnav", "formats", "fivewhys")
    formats.mkdir(parents=True, exist_ok=True)
    (formats / "cloud_run.json").write_text(json.dumps(LNAV_FORMAT))
    query = ";SELECT log_level, count(*) AS n FROM cloud_run GROUP BY log_level ORDER BY n DESC"
    command = ["lnav", "-n", "-I", Path(folder, "lnav"), "-c", query, log]
    return _version(["lnav", "-V"]), "counts by level, own format file", command, {"HOME": str(folder), "TERM": "dumb"}


#: Each line parsed, its message given to Drain3.
DRAIN = """
import json, sys
from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig
miner, seen = TemplateMiner(config=TemplateMinerConfig()), {}
for line in open(sys.argv[1], encoding="utf-8"):
    entry = json.loads(line)
    text = entry.get("textPayload") or entry.get("jsonPayload", {}).get("message", "")
    key = entry.get("severity"), miner.add_log_message(text)["cluster_id"]
    seen[key] = seen.get(key, 0) + 1
print(len(seen))
"""


def drain3(_folder, log):
    """Templates of all messages."""
    python = os.environ.get("DRAIN_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", "import drain3"], capture_output=True, check=False).returncode == 0
    if not found:
        return "Drain3 is not installed (pip install drain3; DRAIN_PYTHON names the Python that has it)"
    version = _version([python, "-c", "import importlib.metadata as m, platform; print('Python', platform.python_version(), '+ Drain3', m.version('drain3'))"])
    return version, "counts by severity and template", [python, "-c", DRAIN, log], {}


def hl(_folder, log):
    """Formats and filters lines."""
    if shutil.which("hl") is None:
        return "hl (github.com/pamburus/hl) is not installed; the crate of that name is another program, and its source is not on the registry"
    return _version(["hl", "--version"]), "formats lines of level error", ["hl", "-P", "--level", "error", log], {}


PEERS = [jq, lnav, drain3, hl]
