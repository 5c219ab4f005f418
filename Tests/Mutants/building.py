"""A copy of the sources with all changes in it, and its tests, built; what does not compile is left out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from catalogue import HERE, Catalogue
from place import Place
from weave import Woven, weave

COPIED = ("Package.swift", "Services", "Shared", "Tests", "deploy")
ERROR = re.compile(r"^(?P<file>/[^:\n]+\.swift):(?P<line>\d+):(?P<column>\d+): error: (?P<text>.*)$", re.M)
ROUNDS = 25


class BuildError(Exception):
    """The copy does not build, and not because of a change."""


class Tree:
    """The copy, and what was found about it before."""

    def __init__(self, found: Catalogue, folder: Path, say: Callable[[str], None]) -> None:
        self.found, self.folder, self.say = found, folder, say
        self.copy = folder / "tree"
        self.notes = folder / "left-out.json"
        known = json.loads(self.notes.read_text()) if self.notes.exists() else {}
        #: Places that do not compile, with what the compiler said; and those that do in their second form.
        self.left_out: dict[str, str] = known.get("left out", {})
        self.second: set[str] = set(known.get("second form", []))
        self.woven: dict[str, Woven] = {}

    @property
    def tests(self) -> Path:
        """The executable with all tests."""
        return self.copy / ".build" / "debug" / "keepsightPackageTests.xctest"

    def is_in(self, file: str, place: Place) -> bool:
        """Whether a place's changes compile."""
        return f"{file} | {place.key}" not in self.left_out

    def build(self) -> None:
        """Until it compiles."""
        for count in range(ROUNDS):
            self._write()
            self.say(f"compiling, round {count + 1}; {len(self.left_out)} places left out so far")
            built = subprocess.run(
                ["swift", "build", "--build-tests", "-Xswiftc", "-continue-building-after-errors"],
                cwd=self.copy,
                capture_output=True,
                text=True,
                check=False,
            )
            if built.returncode == 0:
                return
            output = built.stdout + built.stderr
            (self.folder / "build.log").write_text(output)
            if not self._leave_out(output):
                raise BuildError(f"the copy does not build; see {self.folder / 'build.log'}\n{output[-2000:]}")
            known = {"left out": self.left_out, "second form": sorted(self.second)}
            self.notes.write_text(json.dumps(known, indent=1, sort_keys=True))
        raise BuildError(f"it does not compile after {ROUNDS} rounds; see {self.folder / 'build.log'}")

    # The copy

    def _write(self) -> None:
        wanted: dict[str, str] = {}
        for top in COPIED:
            path = self.found.project / top
            for source in [path] if path.is_file() else sorted(path.rglob("*")):
                if source.is_file():
                    self._put(str(source.relative_to(self.found.project)), source.read_bytes(), wanted)
        self._put("Package.swift", self._package().encode(), wanted)
        for file, all_places in self.found.by_file.items():
            kept = [self._attempt(file, place) for place in all_places if self.is_in(file, place)]
            self.woven[file] = weave((self.found.project / file).read_text(), kept)
            self._put(file, self.woven[file].text.encode(), wanted)
        for folder in self._target_folders():
            self._put(f"{folder}/MutantSwitch.swift", (HERE / "MutantSwitch.swift").read_bytes(), wanted)
        self._flush(wanted)

    def _attempt(self, file: str, place: Place) -> Place:
        """A place as it is to be compiled. A note of an earlier run can be of a place that has no second form any more."""
        if f"{file} | {place.key}" in self.second and place.otherwise is not None:
            return replace(place, pieces=place.otherwise)
        return place

    def _put(self, name: str, content: bytes, wanted: dict[str, bytes]) -> None:
        wanted[name] = content

    def _flush(self, wanted: dict[str, bytes]) -> None:
        """Only what is different is written: what was compiled stays valid."""
        for name, content in wanted.items():
            path = self.copy / name
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for top in COPIED:
            for path in (self.copy / top).rglob("*"):
                if path.is_file() and str(path.relative_to(self.copy)) not in wanted:
                    path.unlink()
        self.modes()

    def modes(self) -> None:
        """Scripts stay executable."""
        for name in ("deploy/run", "deploy/stop", "deploy/test"):
            if (self.copy / name).exists():
                shutil.copymode(self.found.project / name, self.copy / name)

    def _package(self) -> str:
        """The package with the tests that are counted, without the executables; warnings do not matter here."""
        text = (self.found.project / "Package.swift").read_text().replace(".treatAllWarnings(as: .error),", "")
        kept = json.dumps(self.found.settings["tests"]["targets"])
        return text + (
            f"\nlet kept = Set<String>({kept})\n"
            "package.targets.removeAll {\n"
            "    ($0.type == .test && !kept.contains($0.name)) || $0.type == .executable\n"
            '        || $0.name == "KeepsightLab"\n'
            "}\n"
        )

    def _target_folders(self) -> set[str]:
        """The folder of the target that each file belongs to."""
        targets = set(
            re.findall(r'path: "((?:Services|Shared)/[^"\\]+)"', (self.found.project / "Package.swift").read_text())
        )
        found = set()
        for file in self.found.by_file:
            parts = Path(file).parts
            candidates = ["/".join(parts[:length]) for length in range(2, len(parts))]
            inner = [one for one in candidates if one in targets]
            found.add(inner[-1] if inner else candidates[0])
        return found

    # What does not compile

    def _leave_out(self, output: str) -> bool:
        """Whether anything could be left out for what the compiler said."""
        before = len(self.left_out) + len(self.second)
        self.blamed: set[str] = set()
        for match in ERROR.finditer(output):
            path = Path(match["file"])
            if not path.is_relative_to(self.copy):
                continue
            file = str(path.relative_to(self.copy))
            # What it says behind another error of the same expression.
            if "refers to instance method rather than enum" in match["text"]:
                continue
            if file in self.woven:
                self._blame(file, int(match["line"]), int(match["column"]), match["text"])
        return len(self.left_out) + len(self.second) > before

    def _blame(self, file: str, line: int, column: int, text: str) -> None:
        woven = self.woven[file]
        lines = woven.text.split("\n")
        start = sum(len(one) + 1 for one in lines[: line - 1])
        # The compiler counts bytes.
        offset = start + len(lines[line - 1].encode()[: column - 1].decode(errors="ignore"))
        around = [
            (end - begin, place)
            for begin, end, place in woven.spans
            if begin <= offset < end and self.is_in(file, place)
        ]
        if around:
            # What the type of an expression is depends on all of it; a statement around it is rarely to blame.
            values = [one for one in around if one[1].operator not in ("statement", "by hand")] or around
            smallest = min(values, key=lambda one: one[0])[1]
            self._note(file, smallest, text)
            if "unable to type-check" in text or "ambiguous" in text:
                for _, place in values:
                    self._note(file, place, text)
            return
        on_line = [place for begin, end, place in woven.spans if begin < start + len(lines[line - 1]) and end > start]
        if not on_line:
            on_line = self._statements_before(woven, start)
        for place in on_line:
            self._note(file, place, text)

    def _statements_before(self, woven: Woven, offset: int) -> list[Place]:
        """A value without which something is not set is named where it is missing: the statements of that function."""
        begins = max(woven.text.rfind(head, 0, offset) for head in ("func ", "init(", "init?("))
        return [place for begin, _, place in woven.spans if begins <= begin < offset and place.operator == "statement"]

    def _note(self, file: str, place: Place, text: str) -> None:
        """A place is to blame: its second form is tried, or that of what is in it, before it is left out."""
        if place.operator == "by hand":
            raise BuildError(f"by-hand.toml, {file}: '{place.variants[0]}' does not compile: {text}")
        key = f"{file} | {place.key}"
        if key in self.blamed:
            return
        self.blamed.add(key)
        inside = [
            f"{file} | {one.key}"
            for _, _, one in self.woven[file].spans
            if one.otherwise and place.start <= one.start and one.end <= place.end
        ]
        untried = set(inside) - self.second
        if untried:
            self.second |= untried
            self.blamed |= untried
        else:
            self.left_out.setdefault(key, text)
