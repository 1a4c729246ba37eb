"""Reports of many machines are those of one: the Spark job and the xargs recipe against one run of the command.

FIVEWHYS_COMMAND and FIVEWHYS_GENERATE name the built programs (`make test SUITE=scale` sets them). The Spark job is skipped
where Java or pyspark is missing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = os.environ.get("FIVEWHYS_COMMAND", str(ROOT / "target/debug/fivewhys"))
GENERATE = os.environ.get("FIVEWHYS_GENERATE", str(ROOT / "target/debug/examples/generate"))
AT = "2026-01-01T00:00:00Z"
LOGS = [("a.ndjson", "ndjson", 9_000), ("deeper/b.json", "pretty", 2_500), ("c.csv", "csv", 1_500), ("d.json.gz", "gzip", 1_500)]
SHARDS = 64


def why_no_spark():
    """What is missing for the Spark job, or nothing."""
    if shutil.which("java") is None:
        return "no Java"
    if importlib.util.find_spec("pyspark") is None:
        return "no pyspark"
    return ""


class Scale(unittest.TestCase):
    """One folder of logs, read in several ways."""

    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory(prefix="fivewhys-scale-")
        cls.folder = Path(cls.kept.name)
        for seed, (name, form, entries) in enumerate(LOGS, 1):
            path = cls.folder / "logs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                command = [GENERATE, "--entries", str(entries), "--seed", str(seed), "--format", form]
                subprocess.run(command, stdout=file, check=True)
        (cls.folder / "logs" / "empty.ndjson").touch()

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def whole(self, ending):
        """The report of one run."""
        path = self.folder / f"whole.{ending}"
        command = [COMMAND, "report", "logs", "--out", path, "--generated-at", AT]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return path.read_bytes()

    def test_plain_xargs(self):
        command = [ROOT / "scale/bucket_report.sh", "logs", "bucket.md"]
        env = {**os.environ, "FIVEWHYS": COMMAND, "GENERATED_AT": AT, "JOBS": "2"}
        subprocess.run(command, cwd=self.folder, env=env, check=True, capture_output=True)
        self.assertEqual((self.folder / "bucket.md").read_bytes(), self.whole("md"))

    def test_an_object_that_breaks_off_is_named(self):
        programs = self.folder / "programs"
        programs.mkdir()
        # Stands for gcloud: lists and reads the local logs, and fails in the middle of one.
        program = programs / "gcloud"
        program.write_text(
            "#!/bin/sh\ncase $2 in\nls) find logs -type f | sed s,^,gs://bucket/, ;;\n"
            'cat) file=${3#gs://bucket/}; case $file in *.csv) head -c 5000 "$file"; exit 1 ;; *) cat "$file" ;; esac ;;\nesac\n'
        )
        program.chmod(0o755)
        env = {**os.environ, "FIVEWHYS": COMMAND, "PATH": f"{programs}:{os.environ['PATH']}"}
        command = [ROOT / "scale/bucket_report.sh", "gs://bucket", "rest.md"]
        done = subprocess.run(command, cwd=self.folder, env=env, check=False, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("gs://bucket/logs/c.csv", done.stderr)
        self.assertIn("13,000 entries", (self.folder / "rest.md").read_text())

    @unittest.skipIf(why_no_spark(), f"the Spark job: {why_no_spark()}")
    def test_spark(self):
        script = ROOT / "scale/spark_report.py"
        env = {
            **os.environ,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_WORKER_DIR": str(self.folder / "work"),
        }
        # Both ways at once: files are cut into ranges, objects are piped as Spark reads them.
        (self.folder / "objects").mkdir()
        for name in ("c.csv", "d.json.gz"):
            shutil.copy(self.folder / "logs" / name, self.folder / "objects" / name)
        both = ["logs/a.ndjson", "logs/deeper", "logs/empty.ndjson", f"file://{self.folder}/objects/*"]
        for ending, shards, inputs in (("md", SHARDS, ["logs"]), ("json", 16, both)):
            out = self.folder / f"spark.{ending}"
            command = [sys.executable, script, "--master", "local-cluster[2,1,1024]", "--shards", str(shards)]
            command += ["--fivewhys", COMMAND, "--out", out, "--generated-at", AT, *inputs]
            done = subprocess.run(command, cwd=self.folder, env=env, check=False, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            self.assertEqual(out.read_bytes(), self.whole(ending), inputs)

    def test_shards_are_even(self):
        sys.path.insert(0, str(ROOT / "scale"))
        import spark_report

        paths = spark_report.files([str(self.folder / "logs")])
        self.assertEqual(len(paths), len(LOGS) + 1)
        work = spark_report.plan(paths, SHARDS)
        self.assertEqual(len(work), SHARDS)
        self.assertEqual(len(set(work)), SHARDS)
        for path in map(str, paths):
            parts = sorted((nth, of) for other, nth, of in work if other == path)
            self.assertEqual(parts, [(n, len(parts)) for n in range(1, len(parts) + 1)])


if __name__ == "__main__":
    unittest.main()
