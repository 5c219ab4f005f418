"""Places of a Swift file where the code that decides can be changed a little, and how."""

from __future__ import annotations

from conditions import Conditions
from effects import Effects
from place import Piece, Place
from syntax import HEADS_OF_TYPES, Syntax
from values import Values

#: Calls whose arguments only say how a document is written.
CODEC_CALLS = {"Record", "RecordVariant", "required", "optional", "flat"}
#: Of places with the same text the outer one first.
ORDER = [
    "by hand",
    "statement",
    "enter",
    "always",
    "never",
    "condition",
    "rule",
    "not",
    "both",
    "bothRight",
    "either",
    "eitherRight",
    "otherwise",
    "compare",
    "calculate",
    "elements",
    "member",
    "search",
    "truth",
    "number",
]


class Finder(Conditions, Values, Effects):
    """Finds the places of one file."""

    def find(self) -> list[Place]:
        """All of them, in the order in which they stand, an outer one before those in it."""
        self.skipped = self._skipped()
        for index in range(len(self.syntax.tokens)):
            if index in self.skipped or self._is_order(index):
                continue
            self._operator(index)
            self._condition(index)
            self._predicate(index)
            self._result(index)
            self._word(index)
            self._elements(index)
        for brace, block in self.syntax.is_block.items():
            self._statements(brace, block)
        return self._sorted()

    def _skipped(self) -> set[int]:
        """Tokens at which nothing is decided: heads of declarations, patterns, and how documents are written."""
        syntax, found = self.syntax, set()
        for index, token in enumerate(syntax.tokens):
            following = syntax.text(index + 1)
            if token.text in CODEC_CALLS and following in ("(", "<") and token.kind == "word":
                opening = next((place for place in range(index + 1, index + 12) if syntax.text(place) == "("), None)
                if opening is not None:
                    found.update(range(index, syntax.partner[opening] + 1))
            if token.kind != "word" or not syntax.begins[index]:
                continue
            head = syntax.head(index)
            if head in HEADS_OF_TYPES or head in ("import", "typealias") or head in ("func", "init", "subscript"):
                found.update(range(index, self._brace(index)))
            elif token.text == "case":
                last = syntax.statement_end(index)
                # Without a colon it declares a case.
                end = next((place for place in range(index, last + 1) if place in syntax.case_colons), last + 1)
                where = [place for place in range(index, end) if syntax.text(place) == "where"]
                found.update(range(index, where[0] if where else end))
        for index, token in enumerate(syntax.tokens):
            if token.kind == "word" and token.text in ("guard", "if"):
                clauses = self._clauses(index)
                where_off = "kept" if token.text == "guard" else "off"
                if len(clauses) == 1 and self._rule(syntax.slice(*clauses[0])) == where_off:
                    brace = next(
                        place for place in range(clauses[0][1], len(syntax.tokens)) if syntax.is_block.get(place)
                    )
                    found.update(range(brace, syntax.partner[brace] + 1))
        return found

    def _sorted(self) -> list[Place]:
        roots = {(place.start, place.end) for place in self.places if place.operator == "condition"}
        for place in self.negations:
            if (place.start, place.end) not in roots:
                place.original = self._read((place.start, place.end))
                self.places.append(place)
        self.places.sort(key=lambda place: (place.start, -place.end, ORDER.index(place.operator)))
        kept, open_ends, seen = [], [], {}
        for place in self.places:
            while open_ends and open_ends[-1] <= place.start and place.end > open_ends[-1]:
                open_ends.pop()
            # One that would begin in another and end beyond it has no sense.
            if open_ends and place.end > open_ends[-1]:
                continue
            open_ends.append(place.end)
            place.line = self.syntax.line(place.start)
            place.ordinal = seen.get((place.operator, place.original), -1) + 1
            seen[(place.operator, place.original)] = place.ordinal
            kept.append(place)
        return kept


class ByHandError(Exception):
    """A change made by hand does not fit the file any more."""


def by_hand(source: str, name: str, original: str, changed: str) -> Place:
    """A change that somebody thought of: `{M}` in its text is whether it is in effect, `{=}` the original."""
    if source.count(original) != 1:
        raise ByHandError(f"'{name}': its original stands there {source.count(original)} times, and not once")
    if "{M}" not in changed:
        raise ByHandError(f"'{name}': nothing says where it begins to be in effect; write {{M}}")
    start = source.index(original)
    span = (start, start + len(original))
    lines = original.count("\n") if "{=}" not in changed else 0
    pieces: list[Piece] = []
    for number, text in enumerate(changed.split("{=}")):
        if number:
            pieces.append(span)
        pieces.append(" ".join(text.split("\n")).replace("{M}", "MutantSwitch.on({0})"))
    pieces.append("\n" * lines)
    return Place(*span, "by hand", pieces, [name], " ".join(original.split()))


def places(source: str, thought_of: list[Place] | None = None) -> list[Place]:
    """The places of a file, and those found by hand among them."""
    finder = Finder(Syntax(source))
    whole = [one for one in thought_of or [] if not any(isinstance(piece, tuple) for piece in one.pieces)]
    finder.places += thought_of or []
    found = finder.find()
    # What is written anew as a whole has no place in it.
    return [
        one
        for one in found
        if one in whole or not any(all_.start <= one.start and one.end <= all_.end for all_ in whole)
    ]
