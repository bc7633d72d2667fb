"""Calls of the API that its own OpenAPI document describes, right and wrong ones, to a real server.

    PYTHONPATH=. python tests/bench/schema.py [--calls 100000] [--seed 1] [--longest 1.0]

Schemathesis makes the calls; the document is closed, so anything else must be refused. A call that is
answered late is made again. Exit 1 when an answer is not as the document says, is a server's fault,
or was late again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import hostile

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
_ROUND = 200  # calls of one operation before the next one


class Caller:
    """Makes the calls, and collects what was wrong.

    Attributes:
        faults: the first fault of each kind, by operation and status.
        late: calls that took too long at first.
    """

    def __init__(self, base: str, most: int, longest: float) -> None:
        self._base, self._most, self._longest = base, most, longest
        self._session = requests.Session()
        self.statuses: Counter[int] = Counter()
        self.faults: dict[str, str] = {}
        self.times: list[float] = []
        self.late: list[str] = []

    @property
    def done(self) -> bool:
        """Whether all calls were made."""
        return len(self.times) >= self._most

    def go_round(self, operation: Any, mode: Any, number: int) -> None:
        """Make some calls of one operation."""

        @seed(number)
        @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
        @settings(
            max_examples=_ROUND,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
            deadline=None,
        )
        def ask(case: schemathesis.Case, known: bool) -> None:
            if self.done:
                return
            if known and mode.is_positive:
                there = hostile.there(operation.path)
                case.path_parameters = {name: there[name] for name in case.path_parameters or {}}
            self._call(operation.label, case)

        try:
            ask()
        except Unsatisfiable:  # nothing that its parameters could not be
            return

    def _call(self, label: str, case: schemathesis.Case) -> None:
        took = []
        while not took or (took[-1] > self._longest and len(took) < 4):
            began = time.perf_counter()
            answer = case.call(base_url=self._base, session=self._session, timeout=60)
            took.append(time.perf_counter() - began)
        self.times.append(took[0])
        self.statuses[answer.status_code] += 1
        if took[0] > self._longest:
            self.late.append(
                f"{label}: {', '.join(f'{s:.2f}' for s in took)} s: {case.as_curl_command()[:300]}"
            )
        if took[-1] > self._longest:
            self.faults.setdefault(f"{label} late", self.late[-1])
        # An oEmbed provider that lacks a format says 501: oembed.com, 2.3.
        if answer.status_code >= 500 and answer.status_code != 501:
            self.faults.setdefault(f"{label} {answer.status_code}", case.as_curl_command())
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            told = "; ".join(str(failure) for failure in failures.exceptions)
            self.faults.setdefault(
                f"{label} {answer.status_code}", f"{told[:1000]} {case.as_curl_command()[:1000]}"
            )


def main() -> int:
    """Make the calls and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--longest", type=float, default=1.0, help="seconds that an answer may take")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, hostile.served(Path(scratch)) as (port, log, _):
        base = f"http://127.0.0.1:{port}"
        document = schemathesis.openapi.from_url(f"{base}/openapi.json")
        caller, number, began = Caller(base, given.calls, given.longest), given.seed, time.perf_counter()
        while not caller.done:
            for found in document.get_all_operations():
                for mode in schemathesis.GenerationMode:
                    number += 1
                    caller.go_round(found.ok(), mode, number)
        spent, bad = time.perf_counter() - began, hostile.errors(log)
    times = sorted(caller.times)
    print(f"seed {given.seed}: {len(times)} calls in {spent:.0f} s; {dict(sorted(caller.statuses.items()))}")
    p99 = 1000 * times[len(times) * 99 // 100]
    print(
        f"p50 {1000 * times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms, longest {times[-1]:.2f} s,", end=" "
    )
    print(f"{len(caller.late)} late; {len(caller.faults)} kinds of fault, {len(bad)} errors in the log")
    print(*(f"  {line}" for line in (*caller.late[:10], *caller.faults.items(), *bad[:10])), sep="\n")
    return int(bool(caller.faults or bad))


if __name__ == "__main__":
    sys.exit(main())
