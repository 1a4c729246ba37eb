"""Worst cases of every parser: instructions for a text of n bytes and of 4 n, under callgrind; no clock, so a busy machine does no harm.

Takes names of cases (default: all), gives a table and exit status 1 where four times the bytes need more than `GROWTH` times
the instructions (and a byte more than a usual one), or a byte more than `COST` times those of a usual log. The start of the program is taken off. Skips with a
line where there is no valgrind.
"""

import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from instructions import count
from native import build_release
from steps import say

#: Bytes of the smaller text; the larger one has four times as many.
SMALL = 60_000
#: Messages of a log that is about what one message costs: the longer ones are about as long as a message is looked at.
WORDS = ["amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "isle", "jetty", "kelp", "loch"]
MESSAGES = len(WORDS)
#: Four times the bytes may need this many times the instructions: a square would need 16.
GROWTH = 8.0
#: A byte of a worst case may need this many times the instructions of a byte of a usual log.
COST = 10.0


def entry(text, n=0, **more):
    """One LogEntry of Cloud Logging with this text, as a line."""
    fields = {
        "insertId": f"i{n}",
        "timestamp": f"2025-03-02T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03}Z",
        "severity": "ERROR",
        "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "quay", "revision_name": "quay-1"}},
        "textPayload": text,
    }
    return json.dumps({**fields, **more}) + "\n"


def repeated(piece):
    """Entries whose text is one piece over and over, each another message; as long as a message is looked at."""
    return lambda n: "".join(entry(f"{word} {piece * (n // MESSAGES // len(piece))}", i) for i, word in enumerate(WORDS))


def bare(piece):
    """A line that is no entry, between entries."""
    return lambda n: entry("ready") + piece * (n // len(piece)) + "\n" + entry("done")


def array(piece):
    """An array on one line, whose second element is broken and goes on like this."""
    whole = entry("ready").strip()
    return lambda n: "[" + whole + "," + piece * (n // len(piece)) + "," + whole + "]"


def member(piece):
    """The same as the member of an object."""
    return lambda n: '{"entries":' + array(piece)(n) + "}"


def lines(piece):
    """One entry a piece: the lines of a trace as many loggers write them."""
    return lambda n: "".join(entry(piece(i), i) for i in range(n // (len(entry(piece(0))) or 1)))


def keys(n):
    """One entry with very many keys."""
    return entry("ready") + entry("many", jsonPayload={f"k{i}": i for i in range(n // 12)})


def usual(n):
    """What a usual log costs a byte: messages, requests and traces in turn."""
    dice = random.Random(1)
    words = ["ledger", "mailer", "basket", "route", "token", "batch"]
    out, i = [], 0
    while sum(map(len, out)) < n:
        i += 1
        out.append(entry(f"{dice.choice(words)} {dice.choice(words)} took {dice.randrange(900)} ms for {dice.randrange(10**6)}", i))
    return "".join(out)


#: Pieces that some recogniser looks at twice if it is written badly.
PIECES = {
    "braces": "{", "brackets": "[[", "quotes": '"\\', "backslashes": "\\\\", "frames on one line": " at a.b(", "causes": "Caused by: a.B: ",
    "secrets in lists": '"token":[', "secrets in objects": '{"token":"', "names and values": '{"name":"token","value":[', "headers in lists": '"cookie","',
    "python frames": '  File "', "blanks": " ", "equal signs": "=", "key=value": "key=value ", "password=": "password=", "digits": "7", "addresses": "http://",
    "userinfo": "http://a:b@", "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo", "percent": "%41%2", "ansi": "\x1b[31m", "dots": "a.", "dashes": "a-", "mails": "a@b.",
    "numbers": "1.2.3.", "times": "2025-03-02T10:00:00Z ", "hex": "0xdeadbeef ", "uuids": "7f3a9c2e-1b4d-4e8f-9a6b-5c7d8e9f0a1b ", "angles": "<a ", "pipes": "a|", "tokens": "eyJhbGciOi.",
    "bearer": "Bearer ", "colons": "a: ", "errors": "Error: ", "newlines": "\n", "trace lines": "    at a.b (c.js:1:2)\n", "java causes": "Caused by: a.B: c\n\tat a.b(C.java:1)\n",
    "python chain": 'Traceback (most recent call last):\n  File "a.py", line 1, in b\nE: c\n\nDuring handling of the above exception, another exception occurred:\n\n',
    "python heads": "Traceback (most recent call last):\n", "ruby": "a.rb:1:in `b': c (D)\n", "go": "goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n", "dotnet": " ---> A.B: c\n",
    "php": "#0 a.php(1): b()\n", "rust": "thread 'main' panicked at a.rs:1:\nb\n", "json in text": '{"a":', "paths": "/a/b", "windows paths": "C:\\a\\", "nested parens": "((((", "ellipsis": "…",
}

CASES = {f"text: {name}": repeated(piece) for name, piece in PIECES.items()}
CASES |= {f"line: {name}": bare(PIECES[name]) for name in ("braces", "brackets", "quotes", "blanks", "key=value", "json in text", "times", "digits")}
CASES |= {
    "array: broken strings": array('{"a":"x,{"b'),
    "array: open lists": array('{"a":[1,{"a":'),
    "array: commas": array(",{"),
    "array: open objects": array('{"timestamp":{"timestamp":'),
    "array: quotes": array('","'),
    "entries: distinct messages": lines(lambda i: f"word{''.join(chr(97 + i // 26**k % 26) for k in range(4))} was seen"),
    "entries: distinct traces": lines(lambda i: f"E{''.join(chr(97 + i // 26**k % 26) for k in range(4))}: x\n    at f (/a/b{i}.js:1:2)"),
    "entries: one trace, a line each": lines(lambda i: "Traceback (most recent call last):" if i == 0 else f'  File "/a/b.py", line {i}, in c'),
    "entries: heads only": lines(lambda _: "Traceback (most recent call last):"),
    "entries: java causes": lines(lambda i: f"Caused by: a.B{i}: c"),
    "entries: starts": lines(lambda i: "Starting new instance. Reason: AUTOSCALING" if i % 2 else "Container called exit(1)."),
    "one entry: many keys": keys,
    "entries: distinct services": lambda n: "".join(
        entry("ready", i, resource={"type": "cloud_run_revision", "labels": {"service_name": f"s{i}", "revision_name": f"r{i}"}}) for i in range(n // 330)
    ),
    "entries: distinct labels": lambda n: "".join(entry("ready", i, labels={f"key{i}": f"value{i}"}) for i in range(n // 330)),
    "entries: distinct paths": lambda n: "".join(
        entry("x", i, httpRequest={"requestMethod": "GET", "requestUrl": f"https://a.b/{'x' * (i % 9)}{i:x}z/q{i}", "status": 500}) for i in range(n // 400)
    ),
    "csv: quotes": lambda n: "timestamp,severity,message\n" + '2025-03-02T10:00:00Z,ERROR,"' + '""' * (n // 2) + '"\n',
    "csv: columns": lambda n: "timestamp,severity,message\n2025-03-02T10:00:00Z,ERROR,a" + "," * n + "\n",
    "yaml: nested": lambda n: "insertId: a\ntextPayload: b\ntimestamp: '2025-03-02T10:00:00Z'\nx: " + "[" * n + "\n",
    "yaml: items": lambda n: "- insertId: a\n  textPayload: b\n  timestamp: '2025-03-02T10:00:00Z'\n" * (n // 70),
    "lines: times": lambda n: "2025-03-02T10:00:00Z " * (n // 21) + "\n2025-03-02T10:00:00Z a\n",
    "lines: plain": lambda n: "2025-03-02T10:00:00Z ERROR a b c\n" * (n // 33),
    "wrapper: broken strings": member('{"a":"x,{"b'),
    "wrapper: lists": member('{"a":"x],"entries":[{"a":1}'),
    "wrapper: groups": member('],"ERROR":[{"a'),
    "wrapper: keys": lambda n: '{"entries":[' + entry("a").strip() + "]," + '"k":[{}],' * (n // 10) + '"z":1}',
}


def measure(command, wanted):
    """Figures of each case: instructions of both sizes, and bytes."""
    with tempfile.TemporaryDirectory(prefix="fivewhys-") as name:
        folder = Path(name)
        report = [command, "report", "log.json", "--jobs", "1", "--generated-at", "2026-01-01", "--out"]

        def run(text):
            (folder / "log.json").write_text(text)
            return count(folder, [*report, "out.md"]), len(text.encode())

        start, _ = run(entry("ready") + entry("done"))
        large, n_large = run(usual(SMALL * 4))
        normal = (large - start) / n_large
        say(f"instructions: {start:,} to start, {normal:,.0f} for a byte of a usual log")
        say(f"{'case':<34}{'4 n : n':>9}{'a byte':>10}{'of usual':>10}")
        failed = []
        for case in wanted:
            (small, n_small), (large, n_large) = run(CASES[case](SMALL)), run(CASES[case](SMALL * 4))
            # Below this all that is measured is noise of the start.
            growth = max(large - start, 1) / max(small - start, start // 20) / (n_large / n_small) * 4
            cost = (large - start) / n_large / normal
            if growth > GROWTH and cost <= 1:
                # A square that is still cheap shows with more text; what is done once for a text does not.
                more, n_more = run(CASES[case](SMALL * 16))
                growth = (more - start) / max(large - start, start // 20) / (n_more / n_large) * 4
                large, n_large = more, n_more
                cost = (large - start) / n_large / normal
            # What costs less than a usual byte even then is no attack.
            bad = (growth > GROWTH and cost > 1) or cost > COST
            failed += [case] * bad
            say(f"{case:<34}{growth:>9.2f}{(large - start) / n_large:>10,.0f}{cost:>10.2f}{'  FAIL' if bad else ''}")
        say(f"growth: {len(wanted) - len(failed)} of {len(wanted)} worst cases hold")
        return failed


def main(names):
    """Measures all cases or those whose names hold one of the given texts."""
    if shutil.which("valgrind") is None:
        say("skipped: growth: no valgrind (Debian: valgrind)")
        return 0
    wanted = [case for case in CASES if not names or any(name in case for name in names)]
    return 1 if measure(build_release()[0], wanted) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
