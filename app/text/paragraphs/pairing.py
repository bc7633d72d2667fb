"""The steps of an alignment: identical texts, similar texts, splits, merges, revivals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import app.text.paragraphs.bounds as bounds
from app.model import BlockId
from app.text.paragraphs.alignment import Decision
from app.text.paragraphs.board import Board, End
from app.text.paragraphs.follow import end_of
from app.text.paragraphs.ledger import Ledger, SavedBlock
from app.text.paragraphs.likeness import (
    Grams,
    Key,
    Wording,
    alike,
    common_in_order,
    dice,
    kept,
    overlaps,
    rivals,
    shared,
)


def pair_identical(board: Board) -> None:
    """Pair identical texts; of several that are the same, those next to a paired neighbour."""
    old, new = _by_words(board.old, board.free_old()), _by_words(board.new, board.free_new())
    for words, here in old.items():
        there = new.get(words, [])
        if len(here) == len(there) == 1:
            board.pair(here[0], there[0])
    _pair_adjacent(board)


def _by_words(texts: Sequence[Wording], which: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for k in which:
        found[texts[k].normal].append(k)
    return found


def _pair_adjacent(board: Board) -> None:
    """Pair identical texts next to a pair, forwards and then backwards, so that whole stretches follow."""
    n, m = len(board.old), len(board.new)
    for step in (1, -1):
        for i in range(n) if step > 0 else reversed(range(n)):
            at_end = i == (0 if step > 0 else n - 1)
            j = (0 if step > 0 else m - 1) if at_end else board.home.get(i - step, -9) + step
            if 0 <= j < m and board.is_free(i, j) and board.old[i].normal == board.new[j].normal:
                board.pair(i, j)


def pair_alike(board: Board) -> None:
    """Pair the most similar texts first: clear cases, then clear merges, then the rest by a closer look."""
    old = {i: board.old[i] for i in board.free_old()}
    new = {j: board.new[j] for j in board.free_new()}
    likeness = {(i, j): dice(old[i], new[j]) for i, j in rivals(old, new) if old[i].normal != new[j].normal}
    _best_first(board, likeness, bounds.SURE)
    _pair_duplicates(board)
    # A text that a third one contains word for word is not paired with one that is only a little similar.
    pair_pieces(board, bounds.VERBATIM)
    merge(board, bounds.VERBATIM, bounds.VERBATIM)
    close = {(i, j) for i, j in likeness if board.is_free(i, j)}
    close |= {(i, j) for i in board.free_old() for j in board.nearby(i) if board.is_free(i, j)}
    likeness = {(i, j): alike(board.old[i], board.new[j]) for i, j in close}
    for _ in range(2):  # the second time with the neighbours found in the first
        _best_first(board, likeness, bounds.ACCEPT)


def _best_first(board: Board, likeness: Mapping[tuple[int, int], float], bound: float) -> None:
    ranked = sorted(
        (-(score + bounds.NEIGHBOUR * board.neighbours(i, j)), i, j)
        for (i, j), score in likeness.items()
        if score >= bounds.FLOOR and board.is_free(i, j)
    )
    for value, i, j in ranked:
        if -value >= bound and board.is_free(i, j) and board.is_itself(i, j):
            board.pair(i, j)


def _pair_duplicates(board: Board) -> None:
    """Pair texts that occur more than once: by their known neighbours, then in order."""
    _pair_adjacent(board)
    old, new = _by_words(board.old, board.free_old()), _by_words(board.new, board.free_new())
    for words, here in old.items():
        there = new.get(words, [])
        near = ((i, j) for i in here for j in board.nearby(i).intersection(there))
        for _, i, j in sorted((-board.neighbours(i, j), i, j) for i, j in near):
            if board.is_free(i, j):
                board.pair(i, j)
        left = [j for j in there if board.is_new_free(j)]
        for i, j in zip(filter(board.is_old_free, here), left, strict=False):
            board.pair(i, j)


def _edge_share(words: Wording, host: Wording, known: Iterable[Wording]) -> float:
    """The share of a text at the beginning or end of its host, where merging puts it.

    Words of other texts that the host is known to contain do not count.
    """
    if host.normal.count(words.normal) > sum(text.normal.count(words.normal) for text in known):
        return 1.0 if len(words.normal) > 1 else 0.0
    span = len(words.letters) * 5 // 4 + 1  # room for a few characters put in
    found = max(common_in_order(words.letters, edge) for edge in (host.letters[:span], host.letters[-span:]))
    if any(common_in_order(words.letters, text.letters) >= found for text in known):
        return 0.0
    return found / max(1, len(words.letters))


def pair_pieces(board: Board, bound: float) -> None:
    """Find splits: new texts of which at least the share `bound` are words that an old one has lost.

    An old text without a pair is paired with the piece that has most of its first words.
    """
    free = {j: board.new[j] for j in board.free_new()}
    if not free:
        return
    homeless = board.free_old()
    lost = {i: board.old[i].grams for i in homeless}
    lost |= {i: board.old[i].grams - board.new[j].grams for i, j in board.edited()}
    shares = _shares(free, lost)
    for i in lost:
        nearby = {board.home[i] - 1, board.home[i] + 1} if i in board.home else board.nearby(i)
        known = [board.new[board.home[i]]] if i in board.home else []
        for j in nearby & free.keys():
            shares[j][i] = max(shares[j].get(i, 0.0), _edge_share(free[j], board.old[i], known))
    for j, here in shares.items():
        share, i = max(((share, -i) for i, share in here.items()), default=(0.0, 0))
        if share >= bound:
            board.split[j] = -i
    for i in homeless:
        parts = [j for j in board.split if board.split[j] == i and board.is_itself(i, j)]
        if parts:
            first = (board.births[i] or board.old[i]).grams
            board.pair(i, max(parts, key=lambda j: (shared(first, board.new[j].grams), -j)))


def _shares(texts: Mapping[Key, Wording], pools: Mapping[int, Grams]) -> dict[Key, dict[int, float]]:
    """For each text its share in the pools that hold most of it."""
    if not texts:
        return {}
    shared = overlaps({key: words.grams for key, words in texts.items()}, pools)
    found = {}
    for key, here in shared.items():
        best = sorted(here, key=lambda j: (-here[j], j))[: bounds.RIVALS]
        found[key] = {j: _share(texts[key], pools[j]) for j in best}
    return found


def _share(words: Wording, pool: Grams) -> float:
    """The share of a text in a pool of bigrams; 0 for short texts, which recur by chance."""
    return shared(words.grams, pool) / len(words) if len(words.letters) >= bounds.WORDS else 0.0


def merge(board: Board, far: float, nearby: float) -> None:
    """Find merges: old texts whose words are now in a new one.

    Only words that the new text gained count; otherwise a deleted heading would be merged into a paragraph
    that had the same words before. Each gained word counts for one old text only.

    Args:
        board: the paragraphs.
        far: the share of the old text that any new text must contain.
        nearby: the same for new texts next to its old position.
    """
    texts = {i: board.old[i] for i in board.free_old()}
    if not texts:
        return
    known: dict[int, list[Wording]] = {j: list(board.guests[j]) for j in (*board.free_new(), *board.split)}
    known |= {j: [board.old[i], *board.guests[j]] for i, j in board.edited()}
    gained = board.gained()
    shares = _shares(texts, gained)
    for i in sorted(texts, key=lambda i: (-len(texts[i]), i)):
        words, near = texts[i], board.nearby(i) & known.keys()
        ends = []
        for j in near | {j for j, share in shares[i].items() if share >= far}:
            share = _share(words, gained[j])
            if j in near:
                share = max(share, _edge_share(words, board.new[j], known[j]))
            if share >= (nearby if j in near else far) and (j in board.origin or board.is_itself(i, j)):
                ends.append((share, -j))
        if not ends:
            continue
        share, j = max(ends)
        j = -j
        if j in board.origin or j in board.split:
            board.merge(i, j, share)
        else:
            board.pair(i, j)
        known[j].append(words)
        gained[j] = gained[j] - words.grams


def merge_into_sibling(
    ledger: Ledger, board: Board, current: Sequence[SavedBlock], row: Mapping[BlockId, int]
) -> None:
    """Merge a paragraph into the part that was split off from it earlier, if its own part was removed."""
    for i in board.free_old():
        history = ledger.histories[current[i].id]
        first = Wording(history.birth.text)
        homes = [board.home[row[piece]] for piece in history.pieces if row.get(piece) in board.home]
        shares = [(shared(first.grams, board.new[j].grams) / max(1, len(first)), -j) for j in homes]
        share, j = max(shares, default=(0.0, 0))
        if share >= bounds.SIBLING:
            board.merge(i, -j, share)


STAYS: End = (-1, 1.0)


def follow_merged(
    ledger: Ledger, board: Board, row: Mapping[BlockId, int], by_hand: Mapping[BlockId, Decision]
) -> dict[BlockId, End | None]:
    """For paragraphs that were merged earlier, find out where their words went if they left the host.

    Returns:
        For each of them `STAYS`, or the new text that gained its words, or None if they are gone.
    """
    found: dict[BlockId, End | None] = {}
    homeless: dict[BlockId, Wording] = {}
    for id, history in ledger.histories.items():
        if history.current or id in by_hand or not history.left or history.left[1].step != "merged":
            continue
        host = row.get(end_of(ledger, id) or id)
        if host is None:
            continue
        words = Wording(history.last.text)
        if _still_holds(board, host, words):
            found[id] = STAYS
        else:
            homeless[id] = words
    for id, shares in _shares(homeless, board.gained()).items():
        share, j = max(((share, -j) for j, share in shares.items()), default=(0.0, 0))
        found[id] = (-j, share) if share >= bounds.CONTAINED else None
    return found


def _still_holds(board: Board, host: int, words: Wording) -> bool:
    """Whether words that were merged into this old paragraph are still in it, or left together with it."""
    j = board.home.get(host)
    if j is None:
        return not board.is_old_free(host)
    had, left = kept(words, board.old[host], board.new[j])
    return left >= bounds.FADED * had


def revive(
    ledger: Ledger, board: Board, by_hand: Mapping[BlockId, Decision], drifted: Mapping[BlockId, End | None]
) -> dict[int, tuple[BlockId, float]]:
    """Find texts that come back; return for each the id that left with a similar text."""
    free = {j: board.new[j] for j in board.unnamed()}
    if not free:
        return {}
    stones = {
        id: Wording(history.last.text)
        for id, history in ledger.histories.items()
        if history.left
        and not history.current
        and history.left[1].step != "by-hand"
        and id not in by_hand
        and drifted.get(id) != STAYS
    }
    ranked = sorted((-alike(stones[id], free[j]), id, j) for id, j in rivals(stones, free))
    found: dict[int, tuple[BlockId, float]] = {}
    back: set[BlockId] = set()
    for value, id, j in ranked:
        if -value >= bounds.UNDONE and j not in found and id not in back:
            found[j] = (id, -value)
            back.add(id)
    return found
