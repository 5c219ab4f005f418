"""What the tokens of a Swift file are: blocks and closures, where statements begin, how far an operand reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from swift_tokens import CLOSING, OPENING, Token, partners, tokens

#: Binary operators, the loosest first. A condition `a ? b : c` is below all of these.
PRECEDENCE = {"||": 2, "&&": 3, "??": 5, "is": 6, "as": 6, "...": 7, "..<": 7}
PRECEDENCE |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "===", "!==", "~="), 4)
PRECEDENCE |= dict.fromkeys(("+", "-", "&+", "&-", "|", "^"), 8) | dict.fromkeys(("*", "/", "%", "&*", "&"), 9)
RIGHT_TO_LEFT = {"??"}

HEADS_OF_BLOCKS = {
    "if",
    "guard",
    "while",
    "for",
    "switch",
    "func",
    "init",
    "subscript",
    "struct",
    "enum",
    "extension",
    "class",
    "actor",
    "protocol",
    "do",
    "else",
    "catch",
    "defer",
    "repeat",
    "get",
    "set",
    "didSet",
    "willSet",
    "deinit",
}
#: Those behind which the brace stands at once.
DIRECT_HEADS = {"do", "else", "defer", "repeat", "get", "set", "didSet", "willSet"}
HEADS_OF_TYPES = {"struct", "enum", "extension", "class", "actor", "protocol"}
#: An expression begins behind these.
BEFORE_VALUES = {
    "return",
    "in",
    "if",
    "guard",
    "while",
    "where",
    "case",
    "let",
    "var",
    "else",
    "throw",
    "try",
    "await",
    "default",
    "switch",
    "for",
    "repeat",
    "do",
    "defer",
    "yield",
    "inout",
    "any",
    "some",
}
KEYWORDS = BEFORE_VALUES | HEADS_OF_BLOCKS | {"import", "typealias", "continue", "break", "fallthrough", "static"}
MODIFIERS = {
    "package",
    "public",
    "private",
    "fileprivate",
    "internal",
    "static",
    "mutating",
    "nonisolated",
    "override",
    "final",
    "lazy",
    "indirect",
    "convenience",
    "isolated",
    "consuming",
    "borrowing",
    "private(set)",
}
CONTINUING = {"else", "where", "as", "is", "throws", "async", "catch"}


@dataclass
class Syntax:
    """A file."""

    source: str
    tokens: list[Token] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = tokens(self.source)
        self.partner = partners(self.tokens)
        self.enclosing = self._enclosing()
        self.begins = [False] * len(self.tokens)
        self.is_block: dict[int, bool] = {}
        self.case_colons: set[int] = set()
        self.closure_ins: set[int] = set()
        self._find_statements()

    # Tokens

    def text(self, index: int) -> str:
        """A token's text; nothing beyond either end."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def slice(self, first: int, last: int) -> tuple[int, int]:
        """The offsets of some tokens, both ends included."""
        return self.tokens[first].start, self.tokens[last].end

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return self.source.count("\n", 0, offset) + 1

    def _enclosing(self) -> list[int]:
        """For each token the opening bracket around it, or -1."""
        found, around = [], [-1]
        for index, token in enumerate(self.tokens):
            if token.kind == "mark" and token.text in CLOSING:
                around.pop()
            found.append(around[-1])
            if token.kind == "mark" and token.text in OPENING:
                around.append(index)
        return found

    def is_binary(self, index: int) -> bool:
        """Whether a token is an operator between two values."""
        token = self.tokens[index]
        if token.text in ("...", "..<"):
            before, after = self.tokens[index - 1], self.tokens[min(index + 1, len(self.tokens) - 1)]
            return before.end == token.start and after.start == token.end and after.text not in CLOSING
        if token.text in ("is", "as"):
            return token.kind == "word" and self.text(index - 1) != "."
        return token.kind == "operator" and token.spaced_before and token.spaced_after and token.text in PRECEDENCE

    def is_spaced(self, index: int) -> bool:
        """Whether a token is an operator or a colon with space on both sides: of `a ? b : c`, or an assignment."""
        token = self.tokens[index]
        return token.kind in ("operator", "mark") and token.spaced_before and token.spaced_after

    # Statements

    def _find_statements(self) -> None:
        for index, token in enumerate(self.tokens):
            around = self.enclosing[index]
            in_block = around < 0 or self.text(around) == "{"
            before = self.text(index - 1)
            if in_block and token.text not in CLOSING:
                self.begins[index] = (
                    index == 0
                    or before in ("{", ";")
                    or (index - 1) in self.case_colons
                    or (index - 1) in self.closure_ins
                    or self._begins_on_new_line(index)
                )
            if token.text == "{":
                self.is_block[index] = self._begins_block(index)
            elif token.text == ":" and in_block:
                if self.text(self.statement_start(index)) in ("case", "default") and not token.spaced_before:
                    self.case_colons.add(index)
            elif token.text == "in" and around >= 0 and self.is_block.get(around) is False:
                first = self.statement_start(index)
                if first == around + 1 and self.text(first) != "for":
                    self.closure_ins.add(index)

    def _begins_on_new_line(self, index: int) -> bool:
        token, before = self.tokens[index], self.tokens[index - 1]
        if not token.begins_line or token.text in CONTINUING or token.text in (".", "{", ",", ")", "]", "}", "->"):
            return False
        if before.text == "<" or token.text.startswith(">"):
            return False
        if self.is_binary(index) or (token.text in ("?", ":", "=") and self.is_spaced(index)):
            return False
        if (
            before.text in (",", "=", "->", "(", "[", "+=", "-=")
            or before.text in (":",)
            or before.text in BEFORE_VALUES
        ):
            return False
        return not (self.is_binary(index - 1) or (before.text in ("?", ":") and before.spaced_before))

    def statement_start(self, index: int) -> int:
        """The first token of the statement, or of what stands between brackets, that a token belongs to."""
        around = self.enclosing[index]
        while index > around + 1 and not self.begins[index]:
            index -= 1
            if self.text(index) in CLOSING:
                index = self.partner[index]
        return index

    def statement_end(self, index: int) -> int:
        """The last token of that statement."""
        last = index
        while True:
            if self.text(last) in OPENING and last in self.partner:
                last = self.partner[last]
            following = last + 1
            if following >= len(self.tokens) or self.text(following) in CLOSING or self.begins[following]:
                return last
            if self.text(following) == ";":
                return last
            last = following

    def statements(self, brace: int) -> list[tuple[int, int]]:
        """First and last tokens of the statements between a brace and its partner."""
        found, index, end = [], brace + 1, self.partner[brace]
        while index < end:
            last = self.statement_end(index)
            found.append((index, last))
            index = last + 1
            if self.text(index) == ";":
                index += 1
        # What a closure takes is no statement of it.
        return [
            pair
            for pair in found
            if not any(pair[0] <= place <= pair[1] for place in self.closure_ins if self.enclosing[place] == brace)
        ]

    def head(self, index: int) -> str:
        """The word that says what a statement is: `func` of `package static func`."""
        index = self.statement_start(index)
        while self.text(index) in MODIFIERS or self.text(index).startswith("@"):
            index += 1
            if self.text(index) == "(":
                index = self.partner[index] + 1
        return self.text(index)

    def _begins_block(self, index: int) -> bool:
        """Whether a brace begins a block, and no closure."""
        before, around = index - 1, self.enclosing[index]
        if around >= 0 and self.text(around) != "{":
            return False
        while before > around:
            if self.text(before) in CLOSING:
                before = self.partner[before]
            text = self.text(before)
            is_head = text in HEADS_OF_BLOCKS and self.text(before - 1) != "."
            if is_head and (text not in DIRECT_HEADS or before == index - 1):
                return True
            if self.begins[before]:
                break
            before -= 1
        if self.head(index - 1) not in ("var", "subscript"):
            return False
        # An accessor, unless it is a value that a closure makes.
        return not any(self.text(place) == "=" for place in range(before, index) if self.enclosing[place] == around)

    # Operands

    def left(self, index: int, loosest: int) -> int:
        """The first token of the value before an operator, as far as operators reach that bind at least so tightly."""
        around, first = self.enclosing[index], index
        while first - 1 > around:
            if self.begins[first]:
                break
            before = first - 1
            text = self.text(before)
            if text in CLOSING:
                opening = self.partner[before]
                if text == "}" and self.is_block.get(opening):
                    break
                first = opening
                continue
            if self._ends_value(before, loosest):
                break
            first = before
        return first

    def right(self, index: int, loosest: int) -> int:
        """The last token of the value behind an operator."""
        last = index
        while True:
            following = last + 1
            if following >= len(self.tokens) or self.begins[following] or self.text(following) in CLOSING:
                return last
            text = self.text(following)
            if text in OPENING:
                if text == "{" and self.is_block.get(following):
                    return last
                last = self.partner[following]
                continue
            if self._ends_value(following, loosest):
                # `try` before an operand belongs to it.
                return last
            last = following

    def _ends_value(self, index: int, loosest: int) -> bool:
        token = self.tokens[index]
        if self.is_binary(index):
            return PRECEDENCE[token.text] < loosest
        if token.text in (",", ";", ":", "=", "->", "+=", "-=", "*=", "/="):
            return True
        if token.text == "?" and self.is_spaced(index):
            return True
        return token.kind == "word" and token.text in BEFORE_VALUES and self.text(index - 1) != "."

    def operands(self, index: int) -> tuple[int, int, int, int]:
        """First and last tokens of the values on either side of a binary operator."""
        own = PRECEDENCE[self.text(index)]
        backwards = self.text(index) in RIGHT_TO_LEFT
        first = self.left(index, own + 1 if backwards else own)
        last = self.right(index, own if backwards else own + 1)
        return first, index - 1, index + 1, last

    def top_operators(self, first: int, last: int) -> list[int]:
        """The binary operators among some tokens that are in no brackets of theirs."""
        around = self.enclosing[first]
        return [place for place in range(first, last + 1) if self.enclosing[place] == around and self.is_binary(place)]

    # Declarations

    @cached_property
    def functions(self) -> list[tuple[int, int, str]]:
        """Braces of the bodies of functions, initializers and accessors, with their heads' text."""
        found = []
        for brace, block in self.is_block.items():
            if not block:
                continue
            first = self.statement_start(brace)
            head = self.head(brace)
            if head in ("func", "init", "var", "subscript", "get", "set"):
                found.append(
                    (brace, self.partner[brace], self.source[self.tokens[first].start : self.tokens[brace].start])
                )
        return found

    def function_around(self, index: int) -> tuple[int, int, str] | None:
        """The innermost of those that a token is in."""
        inside = [one for one in self.functions if one[0] < index < one[1]]
        return max(inside, key=lambda one: one[0], default=None)
