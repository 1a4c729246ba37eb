"""One incident report of any number of log files, on Spark.

Takes files, folders or URIs of objects (`gs://BUCKET/PREFIX/*`, whatever the cluster's Hadoop can read), gives the report
that `fivewhys report` would have written of the same files, to the byte. Each partition digests its part of the input with
the `fivewhys` command; digests are merged in a tree; the driver writes the report of the last few.

    python scale/spark_report.py --fivewhys target/release/fivewhys --out report.md LOGS...
    spark-submit --master yarn scale/spark_report.py --fivewhys ./fivewhys --shards 640 --out report.md 'gs://BUCKET/DAY/*'

Files of a path that every executor sees are cut into byte ranges; objects are piped, one after the other. A digest is as
sensitive as its log: Spark keeps digests in memory and in its shuffle files, so the cluster has to be one that may hold the log.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

#: Digests that one task merges. Four rounds of it merge 65,536 shards.
FAN_IN = 16


class CommandFailed(Exception):
    """The command ended without a digest."""


def run(command, data=None):
    """Runs the command with `data` on its standard input; gives what it wrote. What it says goes to the task's log."""
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    sys.stderr.write(done.stderr.decode("utf-8", "replace"))
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise CommandFailed(f"{' '.join(map(str, command))}: exit status {done.returncode}: {said}")
    return done.stdout


def command_path(shipped):
    """The command on an executor: the copy that Spark brought, made executable once."""
    from pyspark import SparkFiles

    path = Path(SparkFiles.get(shipped))
    if not os.access(path, os.X_OK):
        path.chmod(0o755)
    return str(path)


def digest_range(shipped, work):
    """One byte range of a file that this executor sees → its digest."""
    path, nth, of = work
    return run([command_path(shipped), "digest", path, "--shard", f"{nth}/{of}", "--jobs", "1", "--out", "-"])


def digest_object(shipped, work):
    """One object as Spark brought it → its digest."""
    uri, content = work
    name = uri.rstrip("/").rsplit("/", 1)[-1]
    return run([command_path(shipped), "digest", "-", "--name", name, "--jobs", "1", "--out", "-"], bytes(content))


def merge_all(shipped, digests):
    """Digests of one partition → one."""
    with tempfile.TemporaryDirectory(prefix="fivewhys-") as folder:
        n = 0
        for n, digest in enumerate(digests, 1):
            Path(folder, f"{n}.fwd").write_bytes(digest)
        if n:
            yield run([command_path(shipped), "merge", folder, "--digest", "--jobs", "1"])


def plan(paths, shards):
    """Files and the wished number of shards → (path, part, parts), the parts about as large as each other.

    A file that can't be cut, such as a packed one, is read by its first part; the others find nothing to do.
    """
    sizes = [(str(path), path.stat().st_size) for path in paths]
    total = sum(size for _, size in sizes) or 1
    spare = max(0, shards - len(sizes))
    work = []
    for path, size in sizes:
        parts = 1 + spare * size // total
        work.extend((path, nth, parts) for nth in range(1, parts + 1))
    # Rounding leaves a few shards over: the largest file gets them.
    if sizes and len(work) < shards:
        largest = max(sizes, key=lambda each: each[1])[0]
        parts = sum(1 for path, _, _ in work if path == largest) + shards - len(work)
        work = [each for each in work if each[0] != largest] + [(largest, nth, parts) for nth in range(1, parts + 1)]
    return sorted(work)


def files(arguments):
    """Files among the arguments and below folders, each once, as the command takes them."""
    found = set()
    for argument in map(Path, arguments):
        if argument.is_dir():
            below = (path for path in argument.rglob("*") if path.is_file())
            found.update(path for path in below if not any(part.startswith(".") for part in path.relative_to(argument).parts))
        else:
            found.add(argument)
    return sorted(path.resolve() for path in found)


def digests_of(context, shipped, inputs, shards):
    """Inputs → a distributed collection of digests, one a shard."""
    uris = [each for each in inputs if re.match(r"[a-z][a-z0-9+.-]*://", each)]
    work = plan(files([each for each in inputs if each not in uris]), shards)
    parts = []
    if work:
        parts.append(context.parallelize(work, len(work)).map(lambda each: digest_range(shipped, each)))
    if uris:
        objects = context.binaryFiles(",".join(uris), minPartitions=shards)
        parts.append(objects.map(lambda each: digest_object(shipped, each)))
    return context.union(parts)


def merge_tree(digests, shipped):
    """Merges level by level until a handful is left for the driver."""
    while digests.getNumPartitions() > FAN_IN:
        n = -(-digests.getNumPartitions() // FAN_IN)
        keyed = digests.mapPartitionsWithIndex(lambda i, each, n=n: ((i % n, digest) for digest in each))
        grouped = keyed.partitionBy(n, lambda key: key)
        digests = grouped.mapPartitions(lambda pairs: merge_all(shipped, (digest for _, digest in pairs)))
    return digests.collect()


def ship(context, command):
    """Sends the command to the executors under a name that tells its content; gives the name."""
    content = Path(command).read_bytes()
    name = f"fivewhys-{hashlib.sha256(content).hexdigest()[:16]}"
    # Kept until the job ends: executors fetch it when their first task starts.
    folder = tempfile.TemporaryDirectory(prefix="fivewhys-")
    copy = Path(folder.name, name)
    copy.write_bytes(content)
    copy.chmod(0o755)
    context.addFile(str(copy))
    return name, folder


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("inputs", nargs="+", metavar="FILE|DIR|URI")
    parser.add_argument("--out", required=True, help="the report; its name says the format (.md, .html, .json), .fwd keeps a digest")
    parser.add_argument("--fivewhys", default="fivewhys", help="the command, a program for the executors' machine")
    parser.add_argument("--master", help="such as local-cluster[2,1,1024]; else as spark-submit says")
    parser.add_argument("--shards", type=int, default=64)
    parser.add_argument("--generated-at", help="time shown in the report")
    return parser.parse_args()


def main():
    """Runs the job."""
    from pyspark import SparkConf, SparkContext

    options = arguments()
    conf = SparkConf().setAppName("fivewhys").setIfMissing("spark.driver.maxResultSize", "0")
    # Digests are written packed already.
    conf.setIfMissing("spark.shuffle.compress", "false")
    if options.master:
        conf.setMaster(options.master)
    context = SparkContext(conf=conf)
    try:
        shipped, kept = ship(context, options.fivewhys)
        digests = merge_tree(digests_of(context, shipped, options.inputs, options.shards), shipped)
        kept.cleanup()
    finally:
        context.stop()
    with tempfile.TemporaryDirectory(prefix="fivewhys-") as folder:
        for n, digest in enumerate(digests):
            Path(folder, f"{n}.fwd").write_bytes(digest)
        when = ["--generated-at", options.generated_at] if options.generated_at and not options.out.endswith(".fwd") else []
        run([options.fivewhys, "merge", folder, "--out", options.out, *when])


if __name__ == "__main__":
    main()
