"""A place where something can be changed, and what those have in common that find places."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from syntax import Syntax

RULE = re.compile(r"(!)?(?:terms\.)?rules\.keeps\([^()]*\)")

#: What takes a place's text: text of its own, in which `{0}` is its first number, and spans of the file, in which other
#: places may be.
Piece = str | tuple[int, int]


@dataclass
class Place:
    """Somewhere in a file, with what can be changed there: each variant has a number of its own."""

    start: int
    end: int
    operator: str
    pieces: list[Piece]
    variants: list[str]
    original: str = ""
    line: int = 0
    #: Which it is of those that read alike, from 0.
    ordinal: int = 0
    #: The number of its first variant.
    number: int = 0
    #: The same for values of another type, if this does not compile.
    otherwise: list[Piece] | None = None

    @property
    def key(self) -> str:
        """What it is called from one run to the next."""
        return f"{self.operator} | {self.original} | {self.ordinal}"


@dataclass
class Finding:
    """What finds places in one file."""

    syntax: Syntax
    places: list[Place] = field(default_factory=list)
    #: Prefix negations, which count if they are no condition of their own.
    negations: list[Place] = field(default_factory=list)
    #: Conditions that have been found.
    roots: set[tuple[int, int]] = field(default_factory=set)
    #: Tokens at which nothing is decided.
    skipped: set[int] = field(default_factory=set)

    def _brace(self, index: int) -> int:
        """The brace of the block that a statement has."""
        last = self.syntax.statement_end(index)
        return next((place for place in range(index, last) if self.syntax.is_block.get(place)), last)

    def _rule(self, span: tuple[int, int]) -> str:
        """`kept` if it asks whether a rule is kept and nothing else, `off` for the contrary; else nothing."""
        match = RULE.fullmatch(self._read(span))
        return ("off" if match[1] else "kept") if match else ""

    def _fold(self) -> None:
        """The last two places are one: the second is for values of another type."""
        second = self.places.pop()
        self.places[-1].operator = second.operator
        self.places[-1].otherwise = second.pieces

    def _comma(self, left: tuple, right: tuple) -> str:
        """What stands instead of an operator; lines stay where they are."""
        return "," + ("\n" * self.syntax.source.count("\n", left[1], right[0]) or " ")

    def _read(self, span: tuple[int, int]) -> str:
        return " ".join(self.syntax.source[span[0] : span[1]].split())

    def _add(
        self,
        start: int,
        end: int,
        operator: str,
        pieces: list[Piece],
        variants: list[str],
        shown: tuple[int, int] | None = None,
    ) -> None:
        if "MutantSwitch" in self.syntax.source[start:end] and operator in ("both", "either", "condition"):
            return
        self.places.append(Place(start, end, operator, pieces, variants, self._read(shown or (start, end))))
