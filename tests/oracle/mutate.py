"""Exports with one record damaged, through the command: it never ends by a panic or a signal, and no other record is lost.

Takes `--command PATH`, `--cases N`, `--seed N`; gives a line of figures and exit status 1 where that does not hold. The logs are those of
the independent counter; a case is a seed. With `--write FOLDER` in place of a command the exports are written as `SEED.json`, for
`tests/e2e/damage.mjs`, which drops them on the page, and a line for each says how many entries it had before.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

import recount

#: Bytes that mean something to a reader of logs.
SHARP = b"{}[],:\"\\'\x00\xff\xc3\x80\x1b -0#<=\t"
SECONDS = 30


def damaged(record, other, dice):
    """A record made wrong in one of many ways; never a line end in it, which would make two of it."""
    at = dice.randrange(len(record))
    to = dice.randrange(at, len(record) + 1)
    sharp = bytes([dice.choice(SHARP)])
    ways = [
        lambda: record[:at] + sharp + record[at + 1 :],
        lambda: record[:at] + sharp + record[at:],
        lambda: record[:at] + record[at + 1 :],
        lambda: record[: max(at, 1)],
        lambda: record[at:],
        lambda: record[:at] + record[to:],
        lambda: record[:to] + record[at:],
        lambda: record[:at] + other + record[at:],
        lambda: record[:at] + bytes([record[at] ^ 1 << dice.randrange(8)]) + record[at + 1 :],
        lambda: record[:at] + bytes(dice.choice(SHARP) for _ in range(to - at)) + record[to:],
        lambda: record[:at] + b'{"a":[' * dice.choice([5, 121, 2_000]) + record[at:],
        lambda: record.replace(b'"timestamp": "2025', dice.choice([b'"timestamp": "99999', b'"timestamp": "0000', b'"timestamp": [1e999, "'])),
    ]
    return dice.choice(ways)().replace(b"\n", b" ") or b"{"


def export(entries, seed, dice):
    """An export of these entries with one of them damaged."""
    records = [json.dumps(entry).encode() for entry in entries]
    at = dice.randrange(len(records))
    records[at] = damaged(records[at], dice.choice(records), dice)
    if seed % 3 == 0:
        return b"".join(record + b"\n" for record in records)
    return b"[" + (b",\n" if seed % 3 == 1 else b",").join(records) + b"]\n"


def made(seed):
    """The export of a seed, and how many entries it had before one was damaged."""
    entries = recount.log(seed)
    return export(entries, seed, random.Random(seed)), len(entries)


def write(arguments):
    """Writes the exports of some seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    for seed in range(args.seed, args.seed + args.cases):
        text, entries = made(seed)
        (args.write / f"{seed}.json").write_bytes(text)
        print(seed, entries)
    return 0


def case(command, seed):
    """One export; raises what does not hold."""
    text, entries = made(seed)
    (command.folder / "export.json").write_bytes(text)
    command.n += 1
    arguments = [command.path, "report", "export.json", "--format", "json", "--generated-at", "2026-01-01T00:00:00Z"]
    done = subprocess.run(arguments, cwd=command.folder, capture_output=True, check=False, timeout=SECONDS)
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0 or "panicked" in said:
        raise AssertionError(f"exit status {done.returncode}: {said[-300:]}")
    raw = json.loads(done.stdout)["raw"]
    kept = raw["entries"] + raw["duplicates"]
    if kept < entries - 1:
        raise AssertionError(f"{kept} of {entries} entries are left")


if __name__ == "__main__":
    if "--write" in sys.argv:
        sys.exit(write(sys.argv[1:]))
    sys.exit(recount.run(sys.argv[1:], "damage through the command", __doc__, case))
