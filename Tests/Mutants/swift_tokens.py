"""Swift source as tokens: enough of the language to find expressions and statements, strings and comments kept out."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORD = re.compile(r"`?[A-Za-z_][A-Za-z0-9_]*`?|\$\d+|#[A-Za-z]+|@[A-Za-z]+")
NUMBER = re.compile(r"0[xb][0-9A-Fa-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?")
OPERATOR = re.compile(r"[/=\-+!*%<>&|^~?]+|\.\.[.<]")
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = set(OPENING.values())


@dataclass(frozen=True)
class Token:
    """One token; `kind` is word, number, text, operator or mark."""

    kind: str
    text: str
    start: int
    end: int
    #: Whether white space, or the beginning of the file, stands before it and after it.
    spaced_before: bool
    spaced_after: bool
    #: Whether a line begins with it.
    begins_line: bool


class SourceError(Exception):
    """The source is not what the tokenizer knows; says where."""


def end_of_comment(source: str, at: int) -> int:
    """The end of a block comment, which may have others in it."""
    depth = 0
    while at < len(source):
        if source.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif source.startswith("*/", at):
            depth, at = depth - 1, at + 2
            if depth == 0:
                return at
        else:
            at += 1
    raise SourceError("a comment does not end")


def end_of_text(source: str, at: int) -> int:
    """The end of a string literal, with what is interpolated in it."""
    start, hashes = at, 0
    while source[at] == "#":
        hashes, at = hashes + 1, at + 1
    quote = '"""' if source.startswith('"""', at) else '"'
    at += len(quote)
    escape = "\\" + "#" * hashes
    close = quote + "#" * hashes
    while at < len(source):
        if source.startswith(close, at):
            return at + len(close)
        if source.startswith(escape + "(", at):
            at = end_of_group(source, at + len(escape))
        elif source.startswith(escape, at):
            at += len(escape) + 1
        elif source[at] == "\n" and quote == '"':
            break
        else:
            at += 1
    raise SourceError(f"line {source.count(chr(10), 0, start) + 1}: a string does not end")


def end_of_group(source: str, at: int) -> int:
    """The end of what an opening bracket begins."""
    depth = 0
    while at < len(source):
        if source[at] == '"' or re.match(r'#+"', source[at : at + 8]):
            at = end_of_text(source, at)
            continue
        depth += (source[at] in OPENING) - (source[at] in CLOSING)
        at += 1
        if depth == 0:
            return at
    raise SourceError("a bracket is not closed")


def tokens(source: str) -> list[Token]:
    """All tokens but comments."""
    found: list[tuple[str, int, int, bool]] = []
    at, begins_line = 0, True
    while at < len(source):
        char = source[at]
        if char.isspace():
            begins_line = begins_line or char == "\n"
            at += 1
            continue
        if source.startswith("//", at):
            at = source.find("\n", at)
            at = len(source) if at < 0 else at
            continue
        if source.startswith("/*", at):
            at = end_of_comment(source, at)
            continue
        kind, end = token_at(source, at)
        found.append((kind, at, end, begins_line))
        at, begins_line = end, False
    return [
        Token(
            kind,
            source[start:end],
            start,
            end,
            start == 0 or source[start - 1].isspace(),
            end == len(source) or source[end].isspace(),
            first,
        )
        for kind, start, end, first in found
    ]


def token_at(source: str, at: int) -> tuple[str, int]:
    """Kind and end of the token that begins there."""
    if source[at] == '"' or re.match(r'#+"', source[at : at + 8]):
        return "text", end_of_text(source, at)
    # A tuple's place is a member, not a number with a point.
    if source[at] == "." and re.match(r"\.\d", source[at : at + 2]):
        return "word", re.compile(r"\.\d+").match(source, at).end()
    for kind, pattern in (("word", WORD), ("number", NUMBER), ("operator", OPERATOR)):
        match = pattern.match(source, at)
        if match:
            end = match.end()
            if kind == "operator":
                # `?` and `!` behind a value are its own, and end there: `value?.name`, `value!`, `[Int]?=`.
                end = (
                    at + 1
                    if source[at] in "?!" and at and not source[at - 1].isspace() and source[at + 1 : at + 2] != "?"
                    else end
                )
            return kind, end
    return "mark", at + 1


def partners(all_tokens: list[Token]) -> dict[int, int]:
    """For the index of each bracket that of its partner."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for index, token in enumerate(all_tokens):
        if token.kind != "mark":
            continue
        if token.text in OPENING:
            waiting.append(index)
        elif token.text in CLOSING:
            if not waiting or OPENING[all_tokens[waiting[-1]].text] != token.text:
                raise SourceError(f"offset {token.start}: '{token.text}' closes nothing")
            opening = waiting.pop()
            found[opening], found[index] = index, opening
    if waiting:
        raise SourceError(f"offset {all_tokens[waiting[-1]].start}: a bracket is not closed")
    return found
