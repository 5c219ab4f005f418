"""Values that are yes or no: conditions, what joins them, what compares."""

from __future__ import annotations

from place import Finding, Place
from swift_tokens import OPENING
from syntax import KEYWORDS, PRECEDENCE

#: Functions that take a closure which says yes or no.
PREDICATE_CALLS = {
    "filter", "contains", "allSatisfy", "first", "last", "firstIndex", "lastIndex", "removeAll", "count", "drop",
    "prefix",
}  # fmt: skip
BOOLEAN = {"&&", "||", "<", "<=", ">", ">=", "==", "!="}
BOUNDARIES = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/"}


class Conditions(Finding):
    """Finds those."""

    def _operator(self, index: int) -> None:
        syntax = self.syntax
        token = syntax.tokens[index]
        if token.text == "?" and token.kind == "operator" and syntax.is_spaced(index):
            self._root(syntax.left(index, 2), index - 1)
        if token.text == "!" and token.kind == "operator" and not token.spaced_after:
            self._negation(index)
        if syntax.text(index - 1) == "func":
            return
        if not syntax.is_binary(index) or token.text in ("...", "..<", "is", "as"):
            return
        first, before, after, last = syntax.operands(index)
        if first > before or last < after:
            return
        left, right = syntax.slice(first, before), syntax.slice(after, last)
        if token.text in BOOLEAN:
            self._root(syntax.left(index, 2), syntax.right(index, 2))
        if token.text in ("&&", "||"):
            self._junction(token.text, first, before, left, right)
        elif token.text in BOUNDARIES:
            self._binary("compare", left, right, f'"{token.text}"', [f"{BOUNDARIES[token.text]} for {token.text}"])
        elif token.text in ARITHMETIC:
            if any(one.kind == "text" for one in syntax.tokens[first : last + 1]):
                return
            variants = [f"{ARITHMETIC[token.text]} for {token.text}"]
            of_lists = "[" in (syntax.text(first), syntax.text(after))
            if not of_lists:
                self._binary("whole", left, right, f'"{token.text}"', variants)
            self._binary("calculate", left, right, f'"{token.text}"', variants)
            if not of_lists:
                self._fold()
        elif token.text == "??":
            self._binary("otherwise", left, right, "", ["always what stands behind ??"])

    def _binary(self, name: str, left: tuple, right: tuple, extra: str, variants: list[str]) -> None:
        extra = f", {extra}" if extra else ""
        self._add(
            left[0],
            right[1],
            name,
            [f"MutantSwitch.{name}({{0}}{extra}, ", left, self._comma(left, right), right, ")"],
            variants,
        )

    def _junction(self, text: str, first: int, before: int, left: tuple, right: tuple) -> None:
        """Each side left out. `||` for `&&` is noticed by whatever notices one of these, and so is a side negated."""
        name = "both" if text == "&&" else "either"
        # Every service runs with all rules, so a change that only shows where one is switched off is none.
        kept, other = ("kept", "off") if text == "&&" else ("off", "kept")
        rules = (self._rule(left), self._rule(right))
        variants = []
        if rules[1] != kept and rules[0] != other:
            variants.append(f"{text} {self._read(right)} left out")
        is_first = not any(self.syntax.text(place) == text for place in self.syntax.top_operators(first, before))
        if is_first and rules[0] != kept and rules[1] != other:
            if not variants:
                name += "Right"
            variants.append(f"{self._read(left)} {text} left out")
        if variants:
            self._add(
                left[0],
                right[1],
                name,
                [f"MutantSwitch.{name}({{0}}, ", left, self._comma(left, right), right, ")"],
                variants,
            )

    def _root(self, first: int, last: int) -> None:
        """A whole condition: always so, never so; what its parts' changes show as well is left out."""
        syntax = self.syntax
        while first < last and syntax.text(first) in ("try", "await"):
            first += 1
        if first > last or (first, last) in self.roots or any(place in self.skipped for place in (first, last)):
            return
        self.roots.add((first, last))
        loosest = min((PRECEDENCE[syntax.text(place)] for place in syntax.top_operators(first, last)), default=9)
        if syntax.text(first) in ("true", "false") and first == last:
            return
        span = syntax.slice(first, last)
        rule = self._rule(span)
        if rule:
            switch = "!MutantSwitch.on({0}) &&" if rule == "kept" else "MutantSwitch.on({0}) ||"
            self._add(*span, "rule", [f"({switch} (", span, "))"], ["the rule is not kept"])
        elif loosest == 2:
            self._add(*span, "always", ["(MutantSwitch.on({0}) || (", span, "))"], ["always true"])
        elif loosest == 3:
            operators = [place for place in syntax.top_operators(first, last) if syntax.text(place) == "&&"]
            if self._rule(syntax.slice(operators[-1] + 1, last)) == "off":
                return
            self._add(*span, "never", ["(!MutantSwitch.on({0}) && (", span, "))"], ["always false"])
        else:
            self._add(*span, "condition", ["MutantSwitch.condition({0}, ", span, ")"], ["always true", "always false"])

    def _negation(self, index: int) -> None:
        syntax = self.syntax
        last = index + 1
        while True:
            text, end = syntax.text(last + 1), syntax.tokens[last].end
            if last + 1 >= len(syntax.tokens) or syntax.tokens[last + 1].start != end:
                break
            if text in ("(", "["):
                last = syntax.partner[last + 1]
            elif text in (".", "?", "!") or syntax.tokens[last + 1].kind in ("word", "number"):
                last += 1
            else:
                break
        if syntax.text(last) in OPENING:
            last = syntax.partner[last]
        if syntax.is_block.get(last + 1) is False:
            last = syntax.partner[last + 1]
        neighbours = (syntax.text(index - 1), syntax.text(last + 1))
        if "&&" in neighbours or "||" in neighbours:
            return
        span = syntax.slice(index, last)
        self.negations.append(Place(*span, "not", ["MutantSwitch.not({0}, ", span, ")"], ["not negated"]))

    def _condition(self, index: int) -> None:
        """The clauses behind `if`, `guard`, `while` and `where`."""
        syntax, token = self.syntax, self.syntax.tokens[index]
        if token.kind != "word" or syntax.text(index - 1) == ".":
            return
        if token.text == "where":
            end = syntax.right(index, 0)
            if end > index:
                self._root(index + 1, end)
        if token.text not in ("if", "guard", "while"):
            return
        clauses = self._clauses(index)
        patterns = [syntax.text(first) in ("let", "var", "case") for first, _ in clauses]
        for (first, last), pattern in zip(clauses, patterns, strict=True):
            if not pattern and not syntax.text(first).startswith("#"):
                self._root(first, last)
        if all(patterns) and token.text == "if":
            start = syntax.tokens[clauses[0][0]].start
            self._add(
                start,
                start,
                "enter",
                ["!MutantSwitch.on({0}), "],
                ["never so"],
                (start, syntax.tokens[clauses[-1][1]].end),
            )

    def _clauses(self, index: int) -> list[tuple[int, int]]:
        syntax, found, first, place = self.syntax, [], index + 1, index + 1
        while place < len(syntax.tokens):
            text = syntax.text(place)
            if text == "else" or syntax.is_block.get(place):
                break
            if text == ",":
                found.append((first, place - 1))
                first = place + 1
            place = syntax.partner[place] + 1 if text in OPENING else place + 1
        found.append((first, place - 1))
        return found

    def _is_order(self, index: int) -> bool:
        """Whether a token is in a closure that says which of two comes first: the order of a list is no decision."""
        brace = self.syntax.enclosing[index]
        while brace >= 0:
            if self.syntax.is_block.get(brace) is False:
                callee = brace - 1
                if self.syntax.text(callee) == ":" and self.syntax.text(callee - 1) == "by":
                    callee -= 3
                if self.syntax.text(callee) in ("sorted", "sort"):
                    return True
            brace = self.syntax.enclosing[brace]
        return False

    def _predicate(self, index: int) -> None:
        """The one value of a closure that says yes or no."""
        syntax = self.syntax
        if syntax.is_block.get(index) is not False:
            return
        callee = index - 1
        if syntax.text(callee) == ":" and syntax.text(callee - 1) in ("where", "while"):
            callee -= 3
        if syntax.text(callee) == ")":
            callee = syntax.partner[callee] - 1
        if syntax.text(callee) in PREDICATE_CALLS:
            self._single(index)

    def _result(self, index: int) -> None:
        """What a function or an accessor says that says yes or no."""
        syntax = self.syntax
        if syntax.is_block.get(index) is not True or syntax.head(index) not in ("func", "var"):
            return
        if syntax.text(index - 1) != "Bool" or syntax.text(index - 2) not in ("->", ":"):
            return
        self._single(index)
        for place in range(index, syntax.partner[index]):
            inner = syntax.function_around(place)
            if syntax.text(place) == "return" and inner and inner[0] == index and not self._in_closure(place, index):
                self._root(place + 1, syntax.statement_end(place))

    def _in_closure(self, place: int, outermost: int) -> bool:
        place = self.syntax.enclosing[place]
        while place > outermost:
            if self.syntax.is_block.get(place) is False:
                return True
            place = self.syntax.enclosing[place]
        return False

    def _single(self, brace: int) -> None:
        statements = self.syntax.statements(brace)
        if len(statements) == 1 and self.syntax.text(statements[0][0]) not in KEYWORDS - {"try", "await"}:
            first, last = statements[0]
            # A condition in it has places of its own.
            if not any(
                self.syntax.text(place) == "?" and self.syntax.is_spaced(place)
                for place in range(first, last)
                if self.syntax.enclosing[place] == brace
            ):
                self._root(first, last)
