"""Tests of the scripts: generated files are current, suites are counted right, and the seal's check sees what it must."""

import json
import lzma
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import check_seal  # noqa: E402
import sealed_file  # noqa: E402
import test as runner  # noqa: E402


class Generated(unittest.TestCase):
    """What `make docs` writes is what stands in the repository."""

    def check(self, script):
        """Runs a generator with `--check`."""
        done = subprocess.run([sys.executable, f"scripts/{script}", "--check"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_notices_are_current(self):
        self.check("notices.py")

    def test_code_map_is_current(self):
        self.check("code_map.py")

    def test_npm_lock_file_names_no_host(self):
        packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
        self.assertEqual([name for name, each in packages.items() if "resolved" in each], [])


class Counting(unittest.TestCase):
    """The closing line adds up."""

    def test_printed_skips_are_not_passes(self):
        text = "skipped: corpus: no shared test data\ntest result: ok. 5 passed; 0 failed; 1 ignored; 0 measured"
        self.assertEqual(str(runner.count_libtest(0, text)), "4 passed, 0 failed, 2 skipped")

    def test_what_did_not_compile_has_failed(self):
        self.assertEqual(str(runner.count_libtest(101, "error: could not compile")), "0 passed, 1 failed, 0 skipped")

    def test_several_binaries_add_up(self):
        line = "test result: FAILED. 2 passed; 1 failed; 0 ignored;\n"
        self.assertEqual(str(runner.count_libtest(101, line * 2)), "4 passed, 2 failed, 0 skipped")

    def test_what_did_not_pass_is_named(self):
        spec = {"title": "drops", "tests": [{"status": "flaky", "results": [{"errors": [{"message": "\x1b[2mno\nreport"}]}, {}]}]}
        calm = {"title": "reads", "tests": [{"status": "expected", "results": [{"errors": []}]}]}
        told = {"suites": [{"title": "drop.spec.mjs", "specs": [calm], "suites": [{"title": "file", "specs": [spec]}]}]}
        self.assertEqual(list(runner.unwell(told)), [("drop.spec.mjs › file › drops", "flaky", "no report")])


def dense(data):
    """Text of the sealer's code: six bits where they are below 36, else seven."""
    symbols = [chr(code) for code in range(33, 127) if chr(code) not in "&<"]
    bits, text = "".join(f"{byte:08b}" for byte in data) + "0" * 6, ""
    while len(bits) > 6:
        six, seven = int(bits[:6], 2), int(bits[:7], 2)
        text += symbols[six] if six < 36 else symbols[seven - 36]
        bits = bits[6 if six < 36 else 7 :]
    return text


class Seal(unittest.TestCase):
    """Names are found where code is, and nowhere else."""

    def test_comments_and_strings_name_nothing(self):
        script = "// fetch(x)\nconst a = 'eval'; /* open */ b(`WebSocket ${c.d}`);"
        self.assertEqual(sealed_file.identifiers(script), {"const", "a", "b", "c", "d"})

    def test_hashes_of_imports_are_cut_off(self):
        self.assertEqual(sealed_file.identifiers("__wbg_append_8d9b1c2d3e4f5a6b()"), {"__wbg_append"})

    def test_imports_of_a_module_are_read(self):
        # One type, then two imports: a function and a memory with a maximum.
        wasm = bytes.fromhex("0061736d01000000 0104016000 00 021b 02 02 7762 05 5f6f70656e 00 00 03 656e76 06 6d656d6f7279 02 01 01 02")
        self.assertEqual(sealed_file.imports(wasm), {"_open", "memory"})

    def test_streams_of_both_programs_are_taken_apart(self):
        both = [(b"page", b"worker"), (bytes(range(256)), b"")]
        packed = [lzma.compress(page + worker, format=lzma.FORMAT_ALONE) for page, worker in both]
        cuts = " ".join(f"{len(part)} {len(page)}" for part, (page, _) in zip(packed, both, strict=True))
        self.assertEqual(list(sealed_file.streams(f"7 8 {cuts}", dense(b"".join(packed)))), both)

    def test_lines_are_lent(self):
        self.assertEqual(sealed_file.lent("a\nb\nc", " x\n=1 3\n  y"), "x\nb\nc\n y")

    def test_ways_out_are_refused(self):
        found = {"names in the page's scripts": {"append", "fetch"}, "imports of the page": {"__wbg_fetch", "__wbg_append"}}
        faults = check_seal.never_faults(found)
        self.assertEqual(len(faults), 2, faults)

    def test_references_are_refused(self):
        for markup in ('<img src="x">', '<link rel="icon">', '<body onload="x()">', "<style>a { background: url(x.png) }</style>"):
            self.assertTrue(check_seal.reference_faults(sealed_file.Sealed(markup)), markup)


if __name__ == "__main__":
    unittest.main()
