"""Readings and word boundaries that depend on context, by the rules of `polyphone_rules`."""

from __future__ import annotations

import re
from functools import lru_cache

from app.text.readings.polyphone_rules import RULES, Rule

# Characters on each side that rules match against. A clause is rarely longer.
_BEFORE, _AFTER = 22, 28


@lru_cache(maxsize=1)
def _compiled() -> dict[str, list[tuple[Rule, re.Pattern[str], re.Pattern[str]]]]:
    return {
        form: [
            (rule, re.compile(f"(?:{rule.before})$" if rule.before else ""), re.compile(rule.after))
            for rule in rules
        ]
        for form, rules in RULES.items()
    }


def rule_in_context(text: str, start: int, end: int, *, suffix: bool = False) -> Rule | None:
    """The rule that matches the form at start..end, or None.

    With `suffix` the form is the end of a longer word.
    """
    rules = _compiled().get(text[start:end])
    if rules is None:
        return None
    # A comma at the ends of the text, so that rules match there as at the ends of a clause.
    before = "，" + text[:start] if start < _BEFORE else text[start - _BEFORE : start]
    after = text[end : end + _AFTER] + ("，" if end + _AFTER >= len(text) else "")
    for rule, preceding, following in rules:
        if suffix >= rule.suffix and preceding.search(before) and following.match(after):
            return rule
    return None


def reading_in_context(text: str, start: int, end: int, *, suffix: bool = False) -> tuple[str, ...] | None:
    """The syllables of the form at start..end by the rules; see `rule_in_context`."""
    rule = rule_in_context(text, start, end, suffix=suffix)
    return rule.syllables if rule else None


def usual_reading(form: str) -> tuple[str, ...] | None:
    """The reading of a form without a special context; None if the rules have none."""
    usual = (rule for rule in RULES.get(form, ()) if not (rule.before or rule.after or rule.suffix))
    return next((rule.syllables for rule in usual), None)


def parted_in_context(text: str, start: int, end: int) -> bool:
    """Whether the form at start..end is several words: 才能 in 只有这样才能做好."""
    return text[start:end] in PARTED and bool((rule := rule_in_context(text, start, end)) and rule.parted)


PARTED = frozenset(form for form, rules in RULES.items() if any(rule.parted for rule in rules))
