"""The modules, their places with numbers, what was thought of by hand, and what is known to change nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from place import Place
from places import ByHandError, by_hand, places

HERE = Path(__file__).resolve().parent


#: How a document is written, and what the explorer asks after each step.
NOTHING_DECIDED = ("+Record.swift", "+Violations.swift")


class CatalogueError(Exception):
    """A table of this folder does not fit the sources; says which entry, and why."""


@dataclass
class Mutant:
    """One change: a variant of a place."""

    number: int
    module: str
    file: str
    place: Place
    variant: str
    #: Why nothing can tell it from the original, if that is known.
    reason: str | None = None

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.place.line}"

    @property
    def key(self) -> str:
        """What it is called from one run to the next."""
        return f"{self.file} | {self.place.key} | {self.variant}"

    def describe(self) -> str:
        """One line."""
        original = self.place.original if len(self.place.original) <= 160 else self.place.original[:157] + "..."
        return f"{self.where}: {self.variant}: {original}"


@dataclass
class Catalogue:
    """Everything that can be changed."""

    project: Path
    settings: dict
    by_file: dict[str, list[Place]] = field(default_factory=dict)
    mutants: dict[int, Mutant] = field(default_factory=dict)

    @property
    def floors(self) -> dict[str, float]:
        """What share of each module has to be noticed, in percent."""
        return {module["name"]: module["floor"] for module in self.settings["module"]}


def read_table(name: str, member: str) -> list[dict]:
    """The entries of a table of this folder."""
    with open(HERE / name, "rb") as file:
        return tomllib.load(file).get(member, [])


def catalogue(project: Path, modules: list[str] | None = None) -> Catalogue:
    """All modules are woven in, whichever are tried, so that one build serves all."""
    with open(HERE / "modules.toml", "rb") as file:
        found = Catalogue(project, tomllib.load(file))
    unknown = set(modules or []) - set(found.floors)
    if unknown:
        raise CatalogueError(f"there is no module {', '.join(sorted(unknown))}; there are {', '.join(found.floors)}")
    thought_of: dict[str, list[dict]] = {}
    for entry in read_table("by-hand.toml", "change"):
        thought_of.setdefault(entry["file"], []).append(entry)
    number = 1
    for module in found.settings["module"]:
        for file in files(project, module["files"]):
            source = (project / file).read_text()
            try:
                hand = [
                    by_hand(source, one["name"], one["original"], one["changed"]) for one in thought_of.pop(file, [])
                ]
            except ByHandError as error:
                raise CatalogueError(f"by-hand.toml, {file}: {error}") from error
            found.by_file[file] = places(source, hand)
            for place in found.by_file[file]:
                place.number = number
                for variant in place.variants:
                    found.mutants[number] = Mutant(number, module["name"], file, place, variant)
                    number += 1
    if thought_of:
        raise CatalogueError(f"by-hand.toml: {', '.join(thought_of)} is in no module")
    note_equivalents(found)
    return found


def files(project: Path, patterns: list[str]) -> list[str]:
    """The files of a module, without those that only say how a document is written."""
    found = []
    for pattern in patterns:
        matches = sorted(project.glob(pattern))
        if not matches:
            raise CatalogueError(f"modules.toml: there is nothing at {pattern}")
        found += [str(path.relative_to(project)) for path in matches if not path.name.endswith(NOTHING_DECIDED)]
    return found


def note_equivalents(found: Catalogue) -> None:
    """Every entry of equivalent.toml means one change that is there."""
    by_text: dict[tuple[str, str, str], list[Mutant]] = {}
    for mutant in found.mutants.values():
        by_text.setdefault((mutant.file, mutant.place.original, mutant.variant), []).append(mutant)
    for entry in read_table("equivalent.toml", "equivalent"):
        key = (entry["file"], " ".join(entry["original"].split()), entry["change"])
        same = by_text.get(key, [])
        if "place" in entry:
            same = [mutant for mutant in same if mutant.place.ordinal == entry["place"]]
        if len(same) != 1:
            raise CatalogueError(
                f"equivalent.toml: {key} means {len(same)} changes, and not one; leave it out if it is stale, give its "
                "place (from 0) if several read alike"
            )
        same[0].reason = entry["reason"]
