"""Statements that do something: each left out."""

from __future__ import annotations

from place import Finding
from syntax import KEYWORDS

#: What is called for its effect alone, though the closure around it is nothing else.
EFFECT_CALLS = {"forEach", "reduce"}
MODIFIERS_AND_DECLARATIONS = {
    "package",
    "public",
    "private",
    "fileprivate",
    "internal",
    "static",
    "lazy",
    "nonisolated",
}


class Effects(Finding):
    """Finds those."""

    def _statements(self, brace: int, block: bool) -> None:
        syntax = self.syntax
        statements = syntax.statements(brace)
        owner = syntax.function_around(brace + 1)
        if owner is None:
            return
        is_body = owner[0] == brace
        for first, last in statements:
            if first in self.skipped or last in self.skipped or syntax.text(first) in KEYWORDS - {"try", "await"}:
                continue
            if syntax.text(first) in MODIFIERS_AND_DECLARATIONS or syntax.text(first).startswith(("@", "#")):
                continue
            if len(statements) == 1 and self._is_only_choice(brace, block):
                continue
            if syntax.head(brace) != "func" and self._is_value(brace, owner):
                continue
            assigned = self._assignment(first, last)
            if not assigned and syntax.text(last) not in (")", "}"):
                continue
            if (
                len(statements) == 1
                and not assigned
                and ((is_body and self._has_result(owner[2])) or (not block and not self._is_called_for_effect(brace)))
            ):
                continue
            if assigned and self._must_assign(first, last, owner):
                continue
            if syntax.text(first + 1) == "." and syntax.text(first + 2) == "init":
                continue
            span = syntax.slice(first, last)
            self._add(*span, "statement", ["if !MutantSwitch.on({0}) { ", span, " }"], ["left out"])

    def _is_only_choice(self, brace: int, block: bool) -> bool:
        """Whether a block is all that an `if` does: never entering it is the same as leaving its statement out."""
        syntax = self.syntax
        return (
            block
            and syntax.head(brace) == "if"
            and syntax.text(syntax.partner[brace] + 1) != "else"
            and syntax.text(brace - 1) != "else"
            and syntax.text(syntax.statement_start(brace)) == "if"
            and syntax.partner[brace] == syntax.statement_end(syntax.statement_start(brace))
        )

    def _is_value(self, brace: int, owner: tuple[int, int, str]) -> bool:
        """Whether a block is of a `switch` or an `if` that is a value: nothing in it is there for its effect alone."""
        syntax = self.syntax
        start = brace
        while start > 0 and syntax.text(start) not in ("switch", "if"):
            if syntax.begins[start] and start != brace:
                return False
            start -= 1
        if syntax.text(start - 1) in ("=", "return", "else"):
            return True
        body = syntax.statements(owner[0])
        return len(body) == 1 and body[0][0] == start and self._has_result(owner[2])

    def _assignment(self, first: int, last: int) -> int:
        around = self.syntax.enclosing[first]
        for place in range(first, last + 1):
            token = self.syntax.tokens[place]
            if (
                self.syntax.enclosing[place] == around
                and token.kind == "operator"
                and token.text in ("=", "+=", "-=", "*=", "/=")
            ):
                return place
        return 0

    def _has_result(self, head: str) -> bool:
        return (
            "->" in head
            or head.split("(")[0].split()[-2:-1] == ["var"]
            or " var " in f" {head}"
            or head.startswith("var ")
        )

    def _is_called_for_effect(self, brace: int) -> bool:
        callee = brace - 1
        if self.syntax.text(callee) == ")":
            callee = self.syntax.partner[callee] - 1
        return self.syntax.text(callee) in EFFECT_CALLS

    def _must_assign(self, first: int, last: int, owner: tuple[int, int, str]) -> bool:
        """Whether a value has none before this: in an initializer, or declared without one."""
        syntax = self.syntax
        if "init" in owner[2].split("(")[0]:
            return True
        names = {token.text for token in syntax.tokens[first : self._assignment(first, last)] if token.kind == "word"}
        for place in range(owner[0], first):
            if syntax.text(place) not in ("let", "var") or not syntax.begins[place]:
                continue
            end = syntax.statement_end(place)
            if not self._assignment(place, end) and names & {syntax.text(place + 1)}:
                return True
        return False
