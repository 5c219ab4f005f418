#!/usr/bin/env python3
"""Small changes of the code that decides: which of them do the fast unit tests notice?

All changes are compiled in once, each behind a number, in a copy of the sources; then the tests that come to a change
run with its number in the environment. Ends with 1 if a module is below its floor, with 2 if a table of this folder
does not fit the sources.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from building import BuildError, Tree
from catalogue import Catalogue, CatalogueError, Mutant, catalogue
from trial import Outcome, Runner, TrialError

BEGAN = time.monotonic()


def say(text: str) -> None:
    """Progress, with the seconds since the start."""
    print(f"{time.monotonic() - BEGAN:7.1f} {text}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy/test --mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="only these; see modules.toml")
    parser.add_argument(
        "--folder", type=Path, default=Path(".run/mutants"), help="where the copy is, and what was found"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs of tests at a time")
    parser.add_argument("--list", action="store_true", help="only say what can be changed")
    parser.add_argument("--build-only", action="store_true", help="only make the copy, and build it")
    parser.add_argument("--survivors", action="store_true", help="only what was not noticed the last time")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="only so many of each module, taken at random, the same each time"
    )
    parser.add_argument(
        "--by-hand", action="store_true", help="only the changes of by-hand.toml, each with the test that noticed it"
    )
    parser.add_argument("--file", help="only changes of files whose name has this in it")
    parser.add_argument("--json", type=Path, help="write what was found there as well")
    return parser.parse_args()


class Results:
    """What is known of each change, kept from one run to the next."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, dict] = json.loads(path.read_text()) if path.exists() else {}
        self.lock = threading.Lock()

    def note(self, mutant: Mutant, outcome: Outcome) -> None:
        """One more."""
        with self.lock:
            self.known[mutant.key] = {"noticed": outcome.noticed, "how": outcome.how}

    def survived(self, mutant: Mutant) -> bool:
        """Whether it was not noticed when it was tried last, or never tried."""
        return not self.known.get(mutant.key, {"noticed": False})["noticed"]

    def write(self) -> None:
        """All that is known."""
        self.path.write_text(json.dumps(self.known, indent=1, sort_keys=True))


def chosen(found: Catalogue, tree: Tree, options: argparse.Namespace, results: Results) -> list[Mutant]:
    """The changes that are tried in this run."""
    found_all = [
        mutant
        for mutant in found.mutants.values()
        if tree.is_in(mutant.file, mutant.place)
        and (not options.modules or mutant.module in options.modules)
        and (not options.file or options.file in mutant.file)
        and (not options.by_hand or mutant.place.operator == "by hand")
        and (not options.survivors or results.survived(mutant))
    ]
    if options.sample is None:
        return found_all
    by_module: dict[str, list[Mutant]] = {}
    for mutant in found_all:
        by_module.setdefault(mutant.module, []).append(mutant)
    taken = [Random(1).sample(own, min(options.sample, len(own))) for own in by_module.values()]
    return sum(taken, [])


def try_all(mutants: list[Mutant], runner: Runner, tests: list, results: Results) -> None:
    """Each of them, some at a time; says now and then how far it is."""
    done, last = 0, time.monotonic()
    lock = threading.Lock()

    def one(mutant: Mutant) -> None:
        nonlocal done, last
        results.note(mutant, runner.try_one(mutant.number, tests))
        with lock:
            done += 1
            if time.monotonic() - last > 20:
                last = time.monotonic()
                say(f"{done} of {len(mutants)}")
                results.write()

    with ThreadPoolExecutor(runner.jobs) as pool:
        list(pool.map(one, mutants))
    results.write()


def report(found: Catalogue, tree: Tree, options: argparse.Namespace, results: Results) -> int:
    """What was not noticed, and the score by module; the exit status."""
    options.survivors, options.sample = False, None
    status, rows = 0, []
    mutants = [mutant for mutant in chosen(found, tree, options, results) if mutant.key in results.known]
    for name, floor in found.floors.items():
        own = [mutant for mutant in mutants if mutant.module == name]
        if not own:
            continue
        counted = [mutant for mutant in own if mutant.reason is None]
        unnoticed = [mutant for mutant in counted if results.survived(mutant)]
        wrong = [mutant for mutant in own if mutant.reason is not None and not results.survived(mutant)]
        for mutant in counted if options.by_hand else []:
            if mutant not in unnoticed:
                print(f"noticed: {mutant.variant}: {results.known[mutant.key]['how']}")
        for mutant in unnoticed:
            print(f"NOT NOTICED {mutant.describe()} [{mutant.number}; {results.known[mutant.key]['how']}]")
        for mutant in wrong:
            print(f"NOT EQUIVALENT {mutant.describe()}: {results.known[mutant.key]['how']}")
            status = 2
        score = 100 * (1 - len(unnoticed) / len(counted)) if counted else 100
        rows.append((name, len(counted), len(unnoticed), len(own) - len(counted), score, floor))
        if score < floor and not options.file and not options.by_hand:
            status = max(status, 1)
    left_out = sum(1 for mutant in found.mutants.values() if not tree.is_in(mutant.file, mutant.place))
    print(f"{'module':<14}{'changes':>9}{'unnoticed':>11}{'equivalent':>12}{'score':>9}{'floor':>8}")
    for name, count, unnoticed, equivalent, score, floor in rows:
        print(f"{name:<14}{count:>9}{unnoticed:>11}{equivalent:>12}{score:>8.1f}%{floor:>7}%")
    say(f"{left_out} changes are left out, since they do not compile; see {tree.notes}")
    if options.json:
        options.json.write_text(
            json.dumps(
                {
                    name: {"changes": count, "unnoticed": unnoticed, "equivalent": equivalent, "score": score}
                    for name, count, unnoticed, equivalent, score, _ in rows
                }
            )
        )
    return status


def main() -> int:
    options = arguments()
    project = Path(__file__).resolve().parents[2]
    try:
        found = catalogue(project, options.modules)
        if options.list:
            for mutant in found.mutants.values():
                if not options.modules or mutant.module in options.modules:
                    print(f"{mutant.number} {mutant.module} {mutant.describe()}")
            return 0
        folder = options.folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        tree = Tree(found, folder, say)
        tree.build()
        if options.build_only:
            return 0
        results = Results(folder / "results.json")
        runner = Runner(tree.tests, options.jobs, say)
        settings = found.settings["tests"]
        tests = runner.survey(settings["left_out"], settings["seconds"])
        mutants = chosen(found, tree, options, results)
        say(f"trying {len(mutants)} changes")
        try_all(mutants, runner, tests, results)
        return report(found, tree, options, results)
    except (CatalogueError, BuildError, TrialError) as error:
        print(f"deploy/test --mutants: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
