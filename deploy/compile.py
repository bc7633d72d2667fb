"""Compile the rules for speakers with mypyc: annotating takes about two thirds of the time.

    python deploy/compile.py            in this checkout; needs a C compiler and mypy[mypyc], takes a minute
    python deploy/compile.py --check    see whether mypyc accepts the rules, and compile nothing

The modules (*.so) lie next to their sources, and Python prefers them: after a change of the sources compile
again, or delete them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution

# People is a tuple, and mypyc compiles no class that inherits from one.
RULES = sorted(str(path) for path in Path("app/text/quotes").rglob("*.py") if path.name != "people.py")


def main() -> None:
    """Write C in a temporary folder and, unless it is a check, build it in place."""
    with tempfile.TemporaryDirectory() as folder:
        modules = mypycify(["--strict", *RULES], target_dir=folder)
        if "--check" not in sys.argv:
            build = Distribution({"name": "rules", "ext_modules": modules}).get_command_obj("build_ext")
            build.inplace, build.build_temp = True, folder  # type: ignore[union-attr]
            build.ensure_finalized()
            build.run()


if __name__ == "__main__":
    main()
