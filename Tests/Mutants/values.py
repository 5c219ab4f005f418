"""Other values: numbers, ends of lists, what is searched for, elements."""

from __future__ import annotations

from itertools import pairwise

from place import Finding

MEMBERS = {"first": "last", "last": "first", "reversed": "not reversed", "min": "max", "max": "min"}
SEARCHES = {
    "first": "last",
    "last": "first",
    "firstIndex": "lastIndex",
    "lastIndex": "firstIndex",
    "contains": "allSatisfy",
    "allSatisfy": "contains",
    "min": "max",
    "max": "min",
}
SETS = {"union": "left out", "subtracting": "left out", "intersection": "left out"}


class Values(Finding):
    """Finds those."""

    def _word(self, index: int) -> None:
        syntax, token = self.syntax, self.syntax.tokens[index]
        before, following = syntax.text(index - 1), syntax.text(index + 1)
        span = (token.start, token.end)
        if token.kind == "number" and before != "case":
            self._add(*span, "number", ["MutantSwitch.whole({0}, ", span, ")"], ["one more"])
            self._add(*span, "number", ["MutantSwitch.number({0}, ", span, ")"], ["one more"])
            self._fold()
        if token.kind != "word":
            return
        if token.text in ("true", "false") and before not in ("case", "while"):
            self._add(*span, "truth", ["MutantSwitch.truth({0}, ", span, ")"], ["the contrary"])
        if token.text in ("min", "max") and following == "(" and before not in (".", "func"):
            self._call(index, f"MutantSwitch.{token.text}({{0}}, ", SEARCHES[token.text])
        if before != "." or self._is_key_path(index):
            return
        name = "mutant" + token.text[0].upper() + token.text[1:]
        if following == "(" and syntax.text(index + 2) == ")":
            if token.text in MEMBERS:
                self._add(
                    token.start, syntax.tokens[index + 2].end, "member", [f"{name}({{0}})"], [MEMBERS[token.text]]
                )
        elif following == "(":
            if token.text in SEARCHES and syntax.text(index + 2) in ("where", "of", "by"):
                self._call(index, f"{name}({{0}}, ", SEARCHES[token.text])
            elif token.text in SETS:
                self._call(index, f"{name}({{0}}, ", SETS[token.text])
        elif following == "{" and not syntax.is_block.get(index + 1):
            if token.text in SEARCHES:
                self._add(*span, "search", [f"{name}({{0}})"], [SEARCHES[token.text]])
        elif token.text in ("first", "last"):
            self._add(*span, "member", [f"{name}({{0}})"], [MEMBERS[token.text]])

    def _call(self, index: int, text: str, variant: str) -> None:
        """The head of a call, its bracket included; it shows with what it is called with."""
        syntax = self.syntax
        start = syntax.tokens[index].start
        shown = (start, syntax.tokens[syntax.partner[index + 1]].end)
        self._add(start, syntax.tokens[index + 1].end, "search", [text], [variant], shown)

    def _is_key_path(self, index: int) -> bool:
        while index > 0 and self.syntax.tokens[index].start == self.syntax.tokens[index - 1].end:
            index -= 1
            if self.syntax.text(index) == "\\":
                return True
        return False

    def _elements(self, index: int) -> None:
        """A list that is written out: each of its elements left out."""
        syntax, token = self.syntax, self.syntax.tokens[index]
        if token.text != "[" or not token.spaced_before and syntax.text(index - 1) not in ("(", "["):
            return
        end = syntax.partner[index]
        if syntax.text(end + 1) in ("(", "in") or end == index + 1:
            return
        commas = [
            place for place in range(index + 1, end) if syntax.enclosing[place] == index and syntax.text(place) == ","
        ]
        if any(syntax.text(place) == ":" for place in range(index + 1, end) if syntax.enclosing[place] == index):
            return
        if not commas and not (syntax.text(index - 1) in ("return", "=", "+=", "+") or syntax.text(index - 1) == "("):
            return
        edges = [index, *commas, end]
        parts = [syntax.slice(left + 1, right - 1) for left, right in pairwise(edges) if right - left > 1]
        span = (token.start, syntax.tokens[end].end)
        self._add(
            *span,
            "elements",
            ["MutantSwitch.elements({0}, ", span, ")"],
            [f"{self._read(part)} left out" for part in parts],
        )
