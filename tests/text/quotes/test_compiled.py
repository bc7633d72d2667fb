"""The rules for speakers can be compiled with mypyc."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_mypyc_accepts_the_rules() -> None:
    checked = subprocess.run(
        [sys.executable, "deploy/compile.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_rule_relies_on_what_mypyc_drops() -> None:
    """A compiled class computes a cached property at every use: a report took ten times as long."""
    for path in (ROOT / "app/text/quotes").rglob("*.py"):
        if path.name != "people.py":  # is not compiled
            assert not re.search(r"\bcached_property\b", path.read_text("utf-8")), path
