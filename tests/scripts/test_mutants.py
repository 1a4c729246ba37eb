"""Tests of the mutation script: errors find their mutants, the sample holds, what a page counts, tests are tried in order of time."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import mutants  # noqa: E402
import mutants_tests  # noqa: E402
import mutants_tree  # noqa: E402


def mutant(place, begin, end, line=1):
    """A mutant of a function of nine lines."""
    return {"place": place, "begin": begin, "end": end, "line": line, "from": 1, "to": 9}


def error(begin, end, line):
    """An error of the compiler."""
    return {"spans": [{"is_primary": True, "file_name": "a.rs", "byte_start": begin, "byte_end": end, "line_start": line, "line_end": line}]}


class Tree(unittest.TestCase):
    """The copy that holds the mutants."""

    def test_an_error_comes_from_the_closest_place(self):
        places = {"a.rs": [mutant(1, 0, 50), mutant(2, 10, 20), mutant(3, 60, 70, line=4)]}
        self.assertEqual(mutants_tree.guilty(error(12, 15, 1), places), {2})
        self.assertEqual(mutants_tree.guilty(error(80, 81, 4), places), {3})
        self.assertEqual(mutants_tree.guilty(error(80, 81, 8), places), {1, 2, 3})
        self.assertEqual(mutants_tree.guilty(error(80, 81, 80), places), set())

    def test_lints_are_left_out_of_the_copy(self):
        text = mutants_tree.copied("Cargo.toml", b"[package]\na = 1\n\n[lints.rust]\nb = 1\n\n[features]\n").decode()
        self.assertTrue(text.startswith("[package]\na = 1\n\n[features]\n"), text)

    def test_tests_are_not_mutated(self):
        paths = ["src/trace/go.rs", "src/trace/tests.rs", "src/trace/tests/groups.rs", "src/diagnose/a_tests.rs", "src/query/sql.rs"]
        self.assertEqual([path for path in paths if mutants_tree.is_mutated(path)], ["src/trace/go.rs"])


class Sample(unittest.TestCase):
    """Which mutants are tried, and with what."""

    def test_a_sample_is_in_proportion_and_holds_when_mutants_join(self):
        few = [{"folder": folder, "name": f"{folder} {n}"} for folder, of in (("diagnose", 70), ("trace", 20), ("pattern", 10)) for n in range(of)]
        drawn = mutants.sample(few, 50, 1)
        self.assertEqual([sum(each["folder"] == folder for each in drawn) for folder in ("diagnose", "trace", "pattern")], [35, 10, 5])
        self.assertEqual(mutants.sample(few[::-1], 50, 1), drawn)
        self.assertEqual(mutants.sample(few, 20, 1)[:14], drawn[:14])

    def test_quick_tests_are_tried_first(self):
        known = {"lib a": {"secs": 0.3}, "it b": {"secs": 0.1}, "it c": {"secs": 9}, "lib d": {"secs": 0.2}}
        lots = [(binary, tests) for binary, tests, _ in mutants_tests.batches(known, known)]
        self.assertEqual(lots, [("it", ["b"]), ("lib", ["d"]), ("lib", ["a"]), ("it", ["c"])])


if __name__ == "__main__":
    unittest.main()
