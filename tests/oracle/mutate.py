"""Exports with one record damaged, through the command: it never ends by a panic or a signal, and no other record is lost.

Takes `--command PATH`, `--cases N`, `--seed N`; gives a line of figures and exit status 1 where that does not hold. The logs are those of
the independent counter; a case is a seed.
"""

import json
import random
import subprocess
import sys

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


def case(command, seed):
    """One export; raises what does not hold."""
    dice = random.Random(seed)
    entries = recount.log(seed)
    (command.folder / "export.json").write_bytes(export(entries, seed, dice))
    command.n += 1
    arguments = [command.path, "report", "export.json", "--format", "json", "--generated-at", "2026-01-01T00:00:00Z"]
    done = subprocess.run(arguments, cwd=command.folder, capture_output=True, check=False, timeout=SECONDS)
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0 or "panicked" in said:
        raise AssertionError(f"exit status {done.returncode}: {said[-300:]}")
    raw = json.loads(done.stdout)["raw"]
    kept = raw["entries"] + raw["duplicates"]
    if kept < len(entries) - 1:
        raise AssertionError(f"{kept} of {len(entries)} entries are left")


if __name__ == "__main__":
    sys.exit(recount.run(sys.argv[1:], "damage through the command", __doc__, case))
