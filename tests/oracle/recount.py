"""An independent counter: made-up logs with known contents, the command's JSON report of them, and a second count that shares no
code and no table with it. Also what has to stay the same when a log is changed in a way that should not matter.

Takes `--command PATH`, `--cases N`, `--seed N`; gives a line of figures and exit status 1 where the two disagree.
"""

import argparse
import copy
import datetime
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

START = "Starting new instance. Reason: AUTOSCALING - Instance started due to configured scaling factors."
WORDS = ["ledger", "mailer", "basket", "route", "batch", "quota", "amber", "cedar", "dune"]
BEGIN = datetime.datetime(2025, 3, 2, 10, tzinfo=datetime.timezone.utc)
#: What Cloud Logging's documentation lists, most severe first.
LEVELS = ["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"]


def stamp(micros):
    """An instant so many microseconds after the beginning, as Cloud Logging writes it."""
    return (BEGIN + datetime.timedelta(microseconds=micros)).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Scribe:
    """Writes entries of one log."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.micros, self.entries, self.instances = 0, [], Counter()

    def write(self, log, revision, severity, **payload):
        """One entry, some time after the one before."""
        self.micros += self.dice.randrange(1, 4_000_000)
        entry = {"insertId": f"id{len(self.entries):05}", "timestamp": stamp(self.micros), "logName": f"projects/demo/logs/run.googleapis.com%2F{log}"}
        labels = {"service_name": "ledger", "revision_name": revision, "location": "europe-west1", "project_id": "demo"}
        entry |= {"resource": {"type": "cloud_run_revision", "labels": labels}, "labels": {"instanceId": f"{revision}-{self.instances[revision]}"}}
        if severity:
            entry["severity"] = severity
        self.entries.append({**entry, **payload})

    def scene(self, revision):
        """One thing that happens."""
        dice = self.dice
        kind = dice.randrange(6)
        if kind == 0:
            self.instances[revision] += 1
            self.write("varlog%2Fsystem", revision, "INFO", textPayload=START)
            if dice.random() < 0.6:
                self.write("stderr", revision, "ERROR", textPayload="Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    import pgdriver\nModuleNotFoundError: No module named 'pgdriver'")
                self.write("varlog%2Fsystem", revision, "WARNING", textPayload=f"Container called exit({dice.choice([1, 3])}).")
        elif kind in (1, 2):
            status = dice.choice([200, 200, 204, 302, 404, 500, 503])
            severity = "ERROR" if status >= 500 else "WARNING" if status >= 400 else "INFO"
            request = {"requestMethod": dice.choice(["GET", "POST"]), "requestUrl": f"https://ledger.example.com/{dice.choice(WORDS)}", "status": status, "latency": f"0.{dice.randrange(1000):03}s"}
            self.write("requests", revision, severity, httpRequest=request)
        elif kind == 3:
            self.write("stdout", revision, dice.choice([*LEVELS, None]), textPayload=f"{dice.choice(WORDS)} {dice.choice(WORDS)} loaded")
        elif kind == 4:
            self.write("stdout", revision, dice.choice(["INFO", "DEBUG", "NOTICE"]), jsonPayload={"message": f"{dice.choice(WORDS)} done", "n": dice.randrange(9)})
        else:
            self.write("stderr", revision, "ERROR", textPayload=f"could not settle {dice.choice(WORDS)}")


def log(seed):
    """The entries of a seed."""
    scribe = Scribe(seed)
    for _ in range(scribe.dice.randrange(6, 60)):
        scribe.scene(f"ledger-0000{scribe.dice.choice([1, 2])}-abc")
    return scribe.entries


def text(entries, form):
    """Entries as an export."""
    if form == "array":
        return json.dumps(entries, indent=2) + "\n"
    if form == "one line":
        return json.dumps(entries)
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def recount(entries):
    """The second count, straight from the entries; equal log, time and id are one."""
    seen = {(e["logName"], e["timestamp"], e["insertId"]): e for e in entries}.values()
    statuses = Counter(str(e["httpRequest"]["status"]) for e in seen if "httpRequest" in e)
    said = [(e["resource"]["labels"]["revision_name"], e.get("textPayload", "")) for e in seen]
    starts = Counter(revision for revision, words in said if words.startswith("Starting new instance"))
    exits = Counter(revision for revision, words in said if re.fullmatch(r"Container called exit\(\d+\)\.", words))
    return {
        "entries": len(seen),
        "duplicates": len(entries) - len(seen),
        "severity": dict(Counter(e.get("severity", "none") for e in seen)),
        "requests": sum(statuses.values()),
        "statuses": dict(statuses),
        "starts": dict(starts),
        "exits": dict(exits),
        "first": min(nanos(e["timestamp"]) for e in seen),
        "last": max(nanos(e["timestamp"]) for e in seen),
    }


def nanos(text):
    """Nanoseconds since 1970."""
    since = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return since // datetime.timedelta(microseconds=1) * 1000


def told(report):
    """The same figures from the report."""
    requests = report.get("requests") or {"total": 0, "statuses": []}
    deployments = report.get("deployments") or []
    named = {"DEFAULT": "none", "none": "none"}
    files = report["raw"]["files"]
    return {
        "entries": report["raw"]["entries"],
        "duplicates": report["raw"]["duplicates"],
        "severity": {named.get(row["name"], row["name"]): row["entries"] for row in report["severity"] if row["entries"]},
        "requests": requests["total"],
        "statuses": {re.match(r"\d+", row["what"]).group(): row["n"] for row in requests["statuses"]},
        "starts": {row["name"]: row["starts"] for row in deployments if row["starts"]},
        "exits": {row["name"]: row["exits"] for row in deployments if row["exits"]},
        "first": min(file["first"] for file in files if file["first"]),
        "last": max(file["last"] for file in files if file["last"]),
    }


class Command:
    """The command under test."""

    def __init__(self, path, folder):
        self.path, self.folder, self.n = path, folder, 0

    def report(self, *exports):
        """The JSON report of files with these texts."""
        names = []
        for at, export in enumerate(exports):
            name = f"export-{at}.json"
            (self.folder / name).write_text(export)
            names.append(name)
        self.n += 1
        arguments = [self.path, "report", *names, "--format", "json", "--generated-at", "2026-01-01T00:00:00Z", "--jobs", "1"]
        done = subprocess.run(arguments, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"exit status {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def story(report):
    """What a report says without what may differ: files, places in them, ids of rows."""
    findings = [(f["class"], f["state"], [(c["what"], c["n"]) for c in f["counts"]], text_of(f["title"])) for f in report["findings"]]
    whys = [text_of(why["answer"]["text"]) for why in report["whys"]]
    return {"findings": findings, "whys": whys, **{key: value for key, value in told(report).items() if key != "duplicates"}}


def text_of(rich):
    """Plain words of a rich text."""
    return "".join(next(iter(piece.values())) if isinstance(piece, dict) else str(piece) for piece in rich)


def shifted(entries, micros):
    """All times later by so much."""
    moved = copy.deepcopy(entries)
    for entry in moved:
        at = datetime.datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00")) - BEGIN
        entry["timestamp"] = stamp(at // datetime.timedelta(microseconds=1) + micros)
    return moved


def compare(what, want, got):
    """Raises where two figures differ, naming the first."""
    for key, value in want.items():
        if value != got[key]:
            raise AssertionError(f"{what}: {key}: {value!r} <> {got[key]!r}")


def case(command, seed):
    """One log: both counts, and changes that should not matter."""
    entries = log(seed)
    form = ["lines", "array", "one line"][seed % 3]
    whole = text(entries, form)
    report = command.report(whole)
    compare("count", recount(entries), told(report))
    base = story(report)
    compare("reversed", base, story(command.report(text(entries[::-1], form))))
    cut = len(entries) // 2
    compare("two halves", base, story(command.report(text(entries[:cut], "lines"), text(entries[cut:], "array"))))
    again = command.report(whole, whole + ("" if form == "lines" else "\n"))
    compare("given twice", base, story(again))
    if told(again)["duplicates"] != len(entries):
        raise AssertionError(f"given twice: {told(again)['duplicates']} duplicates of {len(entries)}")
    renamed = json.loads(json.dumps(entries).replace("ledger-0000", "harbour-0000").replace('"service_name": "ledger"', '"service_name": "harbour"'))
    other = json.loads(json.dumps(story(command.report(text(renamed, form)))).replace("harbour", "ledger"))
    compare("renamed", json.loads(json.dumps(base)), other)
    later = 86_400_000_000 * (1 + seed % 300)
    moved = story(command.report(text(shifted(entries, later), form)))
    want = recount(shifted(entries, later))
    compare("shifted", {**base, "first": want["first"], "last": want["last"]}, moved)
    quiet = [e for e in entries if not (e.get("severity") == "DEBUG" and "textPayload" in e)]
    compare("without unrelated entries", recount(quiet), told(command.report(text(quiet, form))))


def run(arguments, what, description, case):
    """Runs `case(command, seed)` for each seed that the arguments ask for; gives exit status 1 where one of them does not hold."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--command", required=True)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    failed = []
    with tempfile.TemporaryDirectory(prefix="fivewhys-") as name:
        command = Command(str(Path(args.command).resolve()), Path(name))
        for seed in range(args.seed, args.seed + args.cases):
            try:
                case(command, seed)
            except (AssertionError, subprocess.TimeoutExpired) as fault:
                failed.append(f"seed {seed}: {fault}")
                print(failed[-1][:600], flush=True)
                if len(failed) >= 30:
                    break
    print(f"proved: {what}: {args.cases} cases from seed {args.seed}, {len(failed)} failed, {command.n} reports")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], "oracle", __doc__, case))
