"""A file's text with all of its places' variants in it, each behind its number."""

from __future__ import annotations

from dataclasses import dataclass

from place import Piece, Place


@dataclass
class Woven:
    """Text, and where in it each place has come to stand."""

    text: str
    spans: list[tuple[int, int, Place]]


def weave(source: str, places: list[Place]) -> Woven:
    """All places at once. They are in the order in which they stand, an outer one before those in it."""
    output: list[str] = []
    spans: list[tuple[int, int, Place]] = []
    length = 0

    def put(text: str) -> None:
        nonlocal length
        output.append(text)
        length += len(text)

    def stretch(start: int, end: int, inside: list[Place]) -> None:
        at, index = start, 0
        while index < len(inside):
            place = inside[index]
            index += 1
            nested = []
            while (
                index < len(inside)
                and inside[index].start >= place.start
                and inside[index].end <= place.end
                and (place.end > place.start and inside[index].start < place.end)
            ):
                nested.append(inside[index])
                index += 1
            put(source[at : place.start])
            began = length
            for piece in place.pieces:
                fill(piece, place, nested)
            spans.append((began, length, place))
            at = place.end
        put(source[at:end])

    def fill(piece: Piece, place: Place, nested: list[Place]) -> None:
        if isinstance(piece, str):
            put(piece.replace("{0}", str(place.number)))
        else:
            stretch(*piece, [one for one in nested if piece[0] <= one.start and one.end <= piece[1]])

    stretch(0, len(source), places)
    return Woven("".join(output), spans)
