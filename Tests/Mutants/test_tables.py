"""The tables of this folder fit the sources, and outcomes are counted as they are meant."""

from __future__ import annotations

import unittest

from catalogue import HERE, catalogue
from trial import Test, pattern
from weave import weave


class Tables(unittest.TestCase):
    """Everything that is named is there."""

    def test_catalogue(self) -> None:
        found = catalogue(HERE.parents[1])
        numbers = [
            number
            for place in sum(found.by_file.values(), [])
            for number in range(place.number, place.number + len(place.variants))
        ]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertLess(len(numbers), 40_000, "more than MutantSwitch.swift can count")
        by_module = {mutant.module for mutant in found.mutants.values()}
        self.assertEqual(by_module, set(found.floors), "every module has something that decides")
        for file, all_places in found.by_file.items():
            source = (HERE.parents[1] / file).read_text()
            self.assertEqual(weave(source, all_places).text.count("\n"), source.count("\n"), file)

    def test_pattern(self) -> None:
        tests = [Test("A.B/c()"), Test("A.B/d(e:)"), Test("A.f()")]
        self.assertEqual(pattern(tests[:2]), r"^A\.B/(c\(\)|d\(e:\))")


if __name__ == "__main__":
    unittest.main()
