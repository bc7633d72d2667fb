"""Stretches that two texts have in common, exact and edited."""

from __future__ import annotations

from random import Random

import pytest

from app.text.reuse import GRAM, LEAST, covered, letters, prints, stretches

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]


def text(random: Random, size: int) -> str:
    """Characters of which some are frequent."""
    return "".join(HAN[int(900 * random.random() ** 2)] for _ in range(size))


def edited(random: Random, words: str, share: float) -> str:
    """The words with so many of their characters replaced, left out or added."""
    for at in sorted(random.sample(range(len(words)), round(share * len(words))), reverse=True):
        sign = random.choice(HAN)
        words = words[:at] + random.choice((sign, sign, "", words[at] + sign)) + words[at + 1 :]
    return words


def places(a: str, b: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Each stretch in both texts, if the index would compare these texts at all."""
    one, other = letters(a), letters(b)
    mine, common = prints(one.text), prints(one.text).keys() & prints(other.text).keys()
    found = stretches(one.text, other.text, [one.text[mine[n] : mine[n] + GRAM] for n in common])
    return [(one.place(s.a, s.a_end), other.place(s.b, s.b_end)) for s in found]


@pytest.mark.parametrize(("edits", "recall"), [(0.0, 1.0), (0.05, 0.95), (0.1, 0.9)])
def test_planted_stretches_are_found_and_nothing_else(edits: float, recall: float):
    random, hits, false, total = Random(7), 0, 0, 200
    for _ in range(total):
        size = random.randint(20, 60)
        words = text(random, size)
        a = text(random, 120) + words + text(random, 120)
        b = text(random, 90) + edited(random, words, edits) + text(random, 150)
        found = [
            max(0, min(end, 120 + size) - max(start, 120)) / (end - start) for (start, end), _ in places(a, b)
        ]
        hits += any(share >= 0.5 for share in found)
        false += sum(share < 0.5 for share in found)
    assert hits / total >= recall
    assert false / max(1, hits + false) <= 0.02


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        # Marks, script and width do not count.
        (
            "他说，修桥补路是镇里人人都有份的事情。",
            "碑文：修橋補路，是鎮裡人人都有份的事情！",
            [("修桥补路是镇里人人都有份的事情", "修橋補路，是鎮裡人人都有份的事情")],
        ),
        # Thirteen letters are enough, twelve are not.
        (
            "甲：茶山的头一批嫩芽清明就采完",
            "乙，茶山的头一批嫩芽清明就采完了",
            [("茶山的头一批嫩芽清明就采完",) * 2],
        ),
        ("甲：茶山的头一批嫩芽清明就采", "乙，茶山的头一批嫩芽清明就采了", []),
        # Two characters are others.
        (
            "渡口拆了一座旧码头又修了一座新码头。",
            "听说渡口拆了两座旧码头又修了三座新码头。",
            [("渡口拆了一座旧码头又修了一座新码头", "渡口拆了两座旧码头又修了三座新码头")],
        ),
        ("", "茶山的头一批嫩芽清明就采完了", []),
    ],
)
def test_stretches_of_two_texts(a: str, b: str, words: list[tuple[str, str]]):
    assert [(a[i:j], b[k:n]) for (i, j), (k, n) in places(a, b)] == words
    assert [(a[k:n], b[i:j]) for (i, j), (k, n) in places(b, a)] == words


def test_every_run_of_seven_letters_leaves_a_print_in_common():
    random = Random(1)
    for _ in range(300):
        run = "".join(random.sample(HAN, 7))
        a, b = text(random, 30), text(random, 30)
        assert prints(a[:15] + run + a[15:]).keys() & prints(b[:9] + run + b[9:]).keys()
    assert prints("茶" * (LEAST - 1)) == {}


def test_places_that_overlap_are_counted_once():
    assert covered([(0, 5), (3, 8), (20, 22), (21, 22)]) == 10
