"""`make bench`: measures, and writes the tables of docs/benchmarks.md; asserts nothing, since machines differ.

Takes the name of a part (`make bench PART=native`), or none for all. SIZE (default 1G) is the size of the large log, RUNS
(default 5) the number of runs a median is taken of. Each part keeps its figures in target/bench/PART.json, and the tables
are written from all that are there, so parts can be measured one at a time. Logs are made by examples/generate and removed.
"""

import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import peers
import setup
from measure import median
from native import build_release
from steps import ROOT, StepFailed, say, step

SIZE = os.environ.get("SIZE") or "1G"
RUNS = int(os.environ.get("RUNS") or 5)
KEPT = ROOT / "target" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured by make bench -->", "<!-- end of what make bench measured -->"
AT = ["--generated-at", "2026-01-01"]
UNITS = {"k": 10**3, "M": 10**6, "G": 10**9}


def size_of(text):
    """`1G` → 10⁹."""
    return int(float(text.rstrip("kMG")) * UNITS.get(text[-1], 1))


class Bench:
    """Programs and logs that the parts share."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.command, self.generate, self.parse = build_release(("generate", "parse_only"))

    def log(self, name, *, size=SIZE, form="ndjson", seed=1, entries=None):
        """A generated log, made once."""
        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            wanted = ["--entries", str(entries)] if entries else ["--bytes", size]
            with path.open("wb") as file:
                subprocess.run([self.generate, *wanted, "--seed", str(seed), "--format", form], stdout=file, check=True)
        return path

    def report(self, *paths, jobs=1):
        """The command line of a full report."""
        return [self.command, "report", *paths, "--jobs", jobs, "--out", self.folder / "report.md", *AT]

    def run(self, *commands, runs=RUNS, **how):
        """Medians of commands that run beside each other."""
        return median(commands, runs, cwd=self.folder, **how)


def rate(size, seconds):
    """Speed in words."""
    return f"{size / seconds / 1e6:,.0f} MB/s"


def megabytes(n):
    """Memory in words."""
    return f"{n / 1e6:,.0f} MB"


def entries_of(path):
    """Entries of a generated log in NDJSON: its lines."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def native(bench):
    """The whole report against parsing alone, one thread and two."""
    log = bench.log("large.ndjson")
    size, twin = log.stat().st_size, bench.folder / "twin.ndjson"
    one, two = bench.run(bench.report(log)), bench.run(bench.report(log, jobs=2))
    typed, ignored, read = (bench.run([bench.parse, way, log]) for way in ("typed", "ignored", "read"))
    twin.unlink(missing_ok=True)
    os.link(log, twin)
    second = bench.report(twin)
    second[second.index("--out") + 1] = bench.folder / "twin.md"
    both = bench.run(bench.report(log), second)
    rows = [["what", "wall", "CPU", "speed", "peak memory", "÷ typed parse", "÷ IgnoredAny"]]
    for what, took in [
        ("full report, one thread", one),
        ("full report, two threads", two),
        ("serde_json, typed and borrowed, fields used", typed),
        ("serde_json, `IgnoredAny`", ignored),
        ("reading the file", read),
    ]:
        ratios = [f"{took.wall / other.wall:.2f}" for other in (typed, ignored)]
        speed = [f"{took.wall:.2f} s", f"{took.cpu:.2f} s", rate(size, took.wall), megabytes(took.memory)]
        rows.append([what, *speed, *ratios])
    independent = 2 * one.wall / both.wall
    told = [
        f"{size / 1e6:,.0f} MB NDJSON, {entries_of(log):,} entries.",
        f"Two threads: {one.wall / two.wall:.2f} × one; two independent runs beside each other reach {independent:.2f} ×: "
        f"{one.wall / two.wall / independent:.2f} of them (bar 0.9).",
    ]
    return [("Whole report, native", told, rows)]


def forms(bench):
    """The same entries as NDJSON, indented array, CSV and gzip."""
    entries = max(1000, size_of(SIZE) // 890)
    rows = [["form", "size", "one thread", "entries/s", "of NDJSON", "two threads", "entries/s", "of NDJSON"]]
    base = None
    for form, ending in (("ndjson", "ndjson"), ("pretty", "json"), ("csv", "csv"), ("gzip", "json.gz")):
        log = bench.log(f"form.{ending}", form=form, entries=entries)
        took = [bench.run(bench.report(log, jobs=jobs)).wall for jobs in (1, 2)]
        base = base or took
        cells = [form, megabytes(log.stat().st_size)]
        for now, first in zip(took, base, strict=True):
            cells += [f"{now:.2f} s", f"{entries / now:,.0f}", f"{first / now:.0%}"]
        rows.append(cells)
        if form == "gzip":
            inflate = bench.run([bench.parse, "inflate", log]).wall
            told = f"Inflating the gzip alone takes {inflate:.2f} s: the report runs at {inflate / took[1]:.0%} of its speed."
        log.unlink()
    return [("The same entries in other forms", [f"{entries:,} entries. {told}"], rows)]


def against(bench):
    """Other programs on the same file."""
    log = bench.log("large.ndjson")
    runs = min(RUNS, 3)
    ours = bench.run(bench.report(log)), bench.run(bench.report(log, jobs=2))
    rows = [["program", "what it does", "wall", "speed", "× one thread", "× two threads"]]
    told = [f"{log.stat().st_size / 1e6:,.0f} MB NDJSON; medians of {runs} for the others."]
    for jobs, took in enumerate(ours, 1):
        cells = [f"fivewhys, {jobs} thread{'s' if jobs > 1 else ''}", "whole report", f"{took.wall:.2f} s"]
        rows.append([*cells, rate(log.stat().st_size, took.wall), "", ""])
    for peer in peers.PEERS:
        ready = peer(bench.folder, log)
        if isinstance(ready, str):
            say(f"skipped: {ready}")
            told.append(f"Not measured: {ready}.")
            continue
        name, what, command, env = ready
        took = bench.run(command, runs=runs, env=env)
        ratios = [f"{took.wall / mine.wall:.1f}" for mine in ours]
        rows.append([name, what, f"{took.wall:.2f} s", rate(log.stat().st_size, took.wall), *ratios])
    return [("Peers on the same file", told, rows)]


def merging(bench):
    """A hundred digests of ten megabytes each, and how large digests are."""
    each = os.environ.get("SHARD") or "10M"
    folder = bench.folder / "digests"
    folder.mkdir()
    total = digest_cpu = 0
    for n in range(100):
        log = bench.log("shard.ndjson", size=each, seed=n)
        took = bench.run([bench.command, "digest", log, "--jobs", 1, "--out", folder / f"{n}.fwd"], runs=1)
        total += log.stat().st_size
        digest_cpu += took.cpu
        log.unlink()
    packed = sum(path.stat().st_size for path in folder.iterdir())
    rows = [["what", "wall", "CPU", "peak memory"]]
    for what, more in (("report of 100 digests", ["--out", "report.md", *AT]), ("one digest of 100", ["--out", "all.fwd"])):
        for jobs in (1, 2):
            took = bench.run([bench.command, "merge", folder, "--jobs", jobs, *more])
            rows.append([f"{what}, {jobs} thread{'s' if jobs > 1 else ''}", f"{took.wall:.2f} s", f"{took.cpu:.2f} s"])
            rows[-1].append(megabytes(took.memory))
    all_of_it = (bench.folder / "all.fwd").stat().st_size
    told = [
        f"100 logs of {each}: {megabytes(total)}; making a digest takes {digest_cpu / 100:.2f} s of CPU each. Digests: "
        f"{megabytes(packed)} ({packed / total:.1%}), merged into one {megabytes(all_of_it)} ({all_of_it / total:.1%})."
    ]
    shutil.rmtree(folder)
    return [("Digests", told, rows)]


def growth(bench):
    """The same statistics in ten times the size; GROWTH=10G adds a third size."""
    sizes = [size_of(SIZE) // 10, size_of(SIZE), *([size_of(os.environ["GROWTH"])] if os.environ.get("GROWTH") else [])]
    rows = [["size", "entries", "CPU a GB", "peak memory", "bytes an entry beyond the smallest", "digest", "bytes an entry"]]
    first = None
    for size in sizes:
        log = bench.log(f"growth-{size}.ndjson", size=str(size))
        entries = entries_of(log)
        took = bench.run(bench.report(log), runs=min(RUNS, 3))
        bench.run([bench.command, "digest", log, "--jobs", 1, "--out", "growth.fwd"], runs=1)
        digest = (bench.folder / "growth.fwd").stat().st_size
        first = first or (entries, took.memory, digest)
        more = entries - first[0]
        slope = [f"{(now - before) / more:.1f}" if more else "" for now, before in ((took.memory, first[1]), (digest, first[2]))]
        cells = [megabytes(size), f"{entries:,}", f"{took.cpu / size * 1e9:.2f} s", megabytes(took.memory), slope[0]]
        rows.append([*cells, megabytes(digest), slope[1]])
        if log.stat().st_size > size_of(SIZE):
            log.unlink()
    told = "What a digest grows by from size to size is its packed rows; what is left of the smallest is its summary."
    return [("Growth", [told], rows)]


def stages(_bench):
    """Each stage by itself (divan)."""
    _, text = step("cargo bench", ["cargo", "bench", "--locked", "--bench", "stages"], env={"DIVAN_COLOR": "never"})
    begin = text.find("stages ")
    return [("Stages", ["```text\n" + text[begin:].rstrip() + "\n```"], [])]


def browser(_bench):
    """The sealed page in Chromium."""
    from build_page import build_page

    setup.main(["all"])
    build_page(setup.HOST_FLAGS)
    step("sizes", [sys.executable, "scripts/sizes.py"], stream=True)
    tables = []
    for title, name in (
        ("Page in Chromium", "measure"),
        ("List of a million entries in Chromium", "measure_scroll"),
    ):
        _, text = step(title, ["node", f"tests/e2e/{name}.mjs"], env=setup.environment(), stream=True)
        tables.append((title, ["```text\n" + text.rstrip() + "\n```"], []))
    return tables


PARTS = {
    "native": native,
    "forms": forms,
    "peers": against,
    "merge": merging,
    "growth": growth,
    "stages": stages,
    "browser": browser,
}


def machine():
    """What the figures were taken on."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", info)
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False, cwd=ROOT).stdout.split(" (")[0]
    kernel = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{os.cpu_count()} cores ({model.group(1) if model else platform.machine()}), {kernel}, {rustc.strip()}"


def table(rows):
    """Rows as a Markdown table."""
    head, *rest = rows
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rest]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def write():
    """Writes the tables of all parts that were measured."""
    sections = []
    for part in PARTS:
        path = KEPT / f"{part}.json"
        if not path.exists():
            continue
        kept = json.loads(path.read_text())
        for title, told, rows in kept["tables"]:
            head = f"### {title}\n\n{kept['date']}, {kept['machine']}; `make bench PART={part} SIZE={kept['size']} RUNS={kept['runs']}`."
            sections.append("\n\n".join([head, *told, *([table(rows)] if rows else [])]))
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text("\n\n".join([before + BEGIN, *sections, END + after]))


def main(names):
    """Measures the parts and writes the tables."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise StepFailed(f"no part {unknown[0]}; there are {', '.join(PARTS)}")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fivewhys-bench-") as folder:
        bench = Bench(folder)
        for name in names or list(PARTS):
            say(f"[ .. ] {name}")
            tables = PARTS[name](bench)
            kept = {"date": str(datetime.date.today()), "machine": machine(), "size": SIZE, "runs": RUNS, "tables": tables}
            (KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1))
            for title, told, rows in tables:
                say("\n".join([f"== {title}", *told, *("  ".join(map(str, row)) for row in rows)]))
    write()
    say(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StepFailed as failure:
        sys.exit(str(failure))
