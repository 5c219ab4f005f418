"""Which tests reach which changes, and which changes they notice."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

FAILED = re.compile(r"✘|\u001b\[91m|Fatal error|Issue recorded|recorded an issue")
PASSED = "passed after"
#: How many times as long as without a change a processor may be busy with tests, beside a few seconds; longer counts as
#: noticed.
SLOWER = 3
SPARE_SECONDS = 4
#: For tests that wait and do nothing, in seconds of the clock.
PATIENCE = 180.0
#: So many tests are tried first: those that reach least know most about what they reach.
FIRST = 12
#: Then as many of the others as a processor takes so many seconds for, beside the start that they share: what others might
#: notice is not counted.
BUDGET_SECONDS = 8.0


class TrialError(Exception):
    """The tests do not run as they should without any change."""


@dataclass
class Test:
    """A test function, with what it reaches and how long a processor takes for it, in seconds."""

    name: str
    seconds: float = 0.0
    reached: set[int] = field(default_factory=set)


@dataclass
class Outcome:
    """Whether a run of tests failed, how it came to that, and how long a processor took for it, in seconds."""

    noticed: bool
    how: str
    seconds: float


class Runner:
    """Runs the executable with the tests, without anything that would give it a server."""

    def __init__(self, executable: Path, jobs: int, say: Callable[[str], None]) -> None:
        self.executable, self.jobs, self.say = executable, jobs, say
        taken = ("KEEPSIGHT_", "KAFKA_", "CI")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(taken)}

    def run(self, tests: list[Test], changes: dict[str, str]) -> Outcome:
        """The tests, until the first of them fails."""
        limit = SPARE_SECONDS + SLOWER * sum(test.seconds for test in tests)
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'ulimit -t "$0" && exec "$@"', str(int(limit) + 1), self.executable]
            + ["--testing-library", "swift-testing", "--filter", pattern(tests)],
            cwd=self.executable.parents[2],
            env=self.environment | changes,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            end(process)

        timer = threading.Timer(PATIENCE, expire)
        timer.start()
        failed, passed = "", False
        try:
            for line in process.stdout:
                if FAILED.search(line):
                    failed = line.strip()
                    break
                passed = passed or ("Test run with" in line and PASSED in line)
        finally:
            timer.cancel()
            if failed:
                end(process)
            process.stdout.close()
            # The processor's time, which does not depend on what else the machine does.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = usage.ru_utime + usage.ru_stime
        status = process.returncode
        if failed:
            return Outcome(True, failed, seconds)
        if expired.is_set():
            return Outcome(True, f"did not end in {PATIENCE:.0f} s", seconds)
        if status != 0 or not passed:
            return Outcome(True, f"ended with {status}", seconds)
        return Outcome(False, "", seconds)

    def names(self) -> list[str]:
        """All test functions."""
        listed = subprocess.run(
            [self.executable, "--testing-library", "swift-testing", "--list-tests"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.strip() for line in listed.stdout.splitlines() if "/" in line]

    def survey(self, left_out: list[str], limit: float) -> list[Test]:
        """Every fast test with what it reaches."""
        built = self.executable.stat()
        note = self.executable.parents[3] / "reached.json"
        known = json.loads(note.read_text()) if note.exists() else {}
        if known.get("built") == [built.st_mtime_ns, built.st_size, limit, left_out]:
            return [Test(name, seconds, set(reached)) for name, seconds, reached in known["tests"]]
        tests = [Test(name) for name in self.names() if not any(name.startswith(one + "/") for one in left_out)]
        self.say(f"looking at what {len(tests)} tests reach, each by itself")
        with ThreadPoolExecutor(self.jobs) as pool:
            kept = [test for test in pool.map(lambda one: self._look(one, limit), tests) if test]
        self.say(f"{len(kept)} tests are fast and reach something")
        known = {"built": [built.st_mtime_ns, built.st_size, limit, left_out]}
        known["tests"] = [(test.name, test.seconds, sorted(test.reached)) for test in kept]
        note.write_text(json.dumps(known))
        return kept

    def _look(self, test: Test, limit: float) -> Test | None:
        with tempfile.NamedTemporaryFile("r", suffix=".reached") as file:
            outcome = self.run([test], {"KEEPSIGHT_MUTANTS_REACHED": file.name})
            test.seconds = outcome.seconds
            if test.seconds > limit:
                self.say(f"not a fast test, {test.seconds:.1f} s: {test.name}")
                return None
            if outcome.noticed:
                raise TrialError(f"{test.name} does not pass without any change: {outcome.how}")
            test.reached = {int(line) for line in file.read().split()}
        return test if test.reached else None

    def try_one(self, number: int, tests: list[Test]) -> Outcome:
        """Whether tests notice a change: first those that reach least, then all others that reach it."""
        reaching = sorted((test for test in tests if number in test.reached), key=lambda test: len(test.reached))
        if not reaching:
            return Outcome(False, "no fast test comes there", 0)
        seconds = 0.0
        for some in (reaching[:FIRST], affordable(reaching[FIRST:])):
            if some:
                outcome = self.run(some, {"KEEPSIGHT_MUTANT": str(number)})
                seconds += outcome.seconds
                if outcome.noticed:
                    return Outcome(True, outcome.how, seconds)
        return Outcome(False, f"{len(reaching)} tests come there", seconds)


def affordable(tests: list[Test]) -> list[Test]:
    """The first of them, as many as the budget is for. Each was measured with the start of its process, which all share here."""
    start = min((test.seconds for test in tests), default=0.0)
    left, found = BUDGET_SECONDS, []
    for test in tests:
        if test.seconds - start <= left:
            found.append(test)
            left -= test.seconds - start
    return found


def end(process: subprocess.Popen) -> None:
    """The process that was started, with what it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def pattern(tests: list[Test]) -> str:
    """What these tests are called, and no others."""
    suites: dict[str, list[str]] = {}
    for test in tests:
        suite, _, name = test.name.rpartition("/")
        suites.setdefault(suite, []).append(name)
    return "|".join(
        f"^{re.escape(suite)}/({'|'.join(re.escape(name) for name in names)})" for suite, names in suites.items()
    )
