"""Glossary forms to occurrences: on characters, leftmost-longest, whatever a segmenter would cut.

    forms   科创中心, 国际科创中心, 国际科创中心建设
    text    上海国际科创中心建设  -> one occurrence, 国际科创中心建设

Case, width, script and the shape of quotation marks make no difference (ＡＩ, ai, AI; 五個中心, 五个中心;
“三北”工程, 「三北」工程). An entry's `veto` and `only` are contexts with ~ for the form:

    中国~       right before it: vetoes 国家队 in 中国国家队
    足球…~      anywhere before it in the sentence; ~…教练 anywhere after it
    @dushu-jie  in that article; @dushu-jie/k7f3 in that paragraph

A `scope` looks at the whole article: 国际科创中心 means Shanghai's only where 上海 is spoken of. The scope of
one alias may have a `veto` and an `only` of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind
from msgspec import Struct

from app.model import PROSE, Block, Occurrence, Scope, Span, Term
from app.text.folding import fold, visible


class _Context(Struct, frozen=True):
    """A context: the words directly before and after the form, and words further away in the sentence."""

    before: str
    behind: str
    far_before: str = ""
    far_behind: str = ""

    @classmethod
    def of(cls, written: str) -> _Context:
        left, _, right = _plain(written).partition("~")
        far_left, far, before = left.rpartition("…")
        behind, also_far, far_right = right.partition("…")
        return cls(before if far else left, behind, far_left, far_right if also_far else "")

    def holds(self, folded: str, start: int, end: int) -> bool:
        """Whether the form at start..end is in this context."""
        if not (folded.endswith(self.before, 0, start) and folded.startswith(self.behind, end)):
            return False
        if self.far_before:
            at = folded.rfind(self.far_before, 0, start)
            if at < 0 or _SENTENCE_END.search(folded, at, start):
                return False
        if self.far_behind:
            at = folded.find(self.far_behind, end)
            if at < 0 or _SENTENCE_END.search(folded, end, at):
                return False
        return True


# A number that goes on into a form, but a year written out: 第, 二十; not 二〇二五.
_DIGITS = "〇零一二三四五六七八九十百千万亿"
_NUMBER_GOES_ON = re.compile(f"[第{_DIGITS}](?<![{_DIGITS}]{{4}})$")
# An amount right after a number: 六岁 in 十五五六岁; but 十四五三大任务 counts tasks.
_AMOUNT = re.compile(f"[{_DIGITS}](?:[岁歲天层層号號楼樓米斤班点點分人名位元]|[个個][人男女老小孩])")
_SENTENCE_END = re.compile("[。!?\n]")
_QUOTES = (("「", "“"), ("」", "”"), ("『", "“"), ("』", "”"), ("‘", "“"), ("’", "”"))


def _plain(text: str) -> str:
    """Text as forms are compared: folded, with one shape of quotation marks. Offsets stay true."""
    folded = fold(text)
    for mark, plain in _QUOTES:
        folded = folded.replace(mark, plain)
    return folded


class Surroundings:
    """The text of an article, in which the scopes of forms look for their words.

    Args:
        texts: the title and the blocks.
        article: the id, for entries with rules about articles.
    """

    def __init__(self, texts: Iterable[str], article: str = "") -> None:
        self.texts, self.article = tuple(map(_plain, texts)), article
        self._counts: dict[str, int] = {}
        self._together = "\n".join(self.texts)

    def count(self, word: str) -> int:
        """How often a folded word occurs."""
        if (known := self._counts.get(word)) is None:
            self._counts[word] = known = self._together.count(word)
        return known

    def has(self, word: str) -> bool:
        """Whether a folded word occurs."""
        return word in self._together


class _Scope(Struct, frozen=True):
    """A scope with its words folded."""

    articles: frozenset[str]
    words: tuple[tuple[str, ...], ...]

    @property
    def asked(self) -> bool:
        """Whether it has any rule of its own."""
        return bool(self.articles or self.words)

    @classmethod
    def of(cls, scope: Scope) -> _Scope:
        words = (tuple(filter(None, map(_plain, group))) for group in (scope.requires, scope.place))
        return cls(frozenset(scope.articles), tuple(group for group in words if group))

    def holds(self, around: Surroundings) -> bool:
        """Whether the form means the term in this article."""
        if self.articles and around.article not in self.articles:
            return False
        return all(any(map(around.has, group)) for group in self.words)


class _Owner(Struct, frozen=True):
    """An entry that claims a form, with its rules for it.

    Attributes:
        number: of the owner among all.
        counted: begins with a number: 四个全面 is not in 第四个全面体检.
        plan: is a number to its end: 十五五 is not in 十五五六岁.
        not_behind, not_before: the vetoes with words directly before or after only, checked all at once;
            `veto` has the others.
    """

    number: int
    latin_start: bool
    latin_end: bool
    counted: bool
    plan: bool
    veto: tuple[_Context, ...]
    only: tuple[_Context, ...]
    not_behind: tuple[str, ...]
    not_before: tuple[str, ...]
    scopes: tuple[_Scope, ...]

    @property
    def ruled(self) -> bool:
        """Whether there is any rule: most forms have none."""
        edges = self.latin_start or self.latin_end or self.counted or self.plan
        return bool(edges or self.veto or self.only or self.not_behind or self.not_before or self.scopes)

    def owner(self, folded: str, start: int, end: int, around: Surroundings) -> int:
        """Its number if the form at start..end means this entry, else -1."""
        # Latin letters and digits run on into words: AI is not in OpenAI, 5G not in 15G.
        if self.latin_start and start and _latin(folded[start - 1]):
            return -1
        if self.latin_end and end < len(folded) and _latin(folded[end]):
            return -1
        if self.counted and start and _NUMBER_GOES_ON.search(folded, max(start - 5, 0), start):
            return -1
        if self.plan and _AMOUNT.match(folded, end):
            return -1
        if folded.endswith(self.not_behind, 0, start) or folded.startswith(self.not_before, end):
            return -1
        for context in self.veto:
            if context.holds(folded, start, end):
                return -1
        if self.only and not any(context.holds(folded, start, end) for context in self.only):
            return -1
        for scope in self.scopes:
            if not scope.holds(around):
                return -1
        return self.number

    def distance(self, folded: str, start: int, end: int, around: Surroundings) -> tuple[float, int]:
        """How near the words of its scopes are: characters to the nearest in this text, then uses in all."""
        words = {word for scope in self.scopes for group in scope.words for word in group}
        near = [float(start - at - len(word)) for word in words if (at := folded.rfind(word, 0, start)) >= 0]
        near += [float(at - end) for word in words if (at := folded.find(word, end)) >= 0]
        return min(near, default=float("inf")), -sum(map(around.count, words))


class _Owners(Struct, frozen=True):
    """Several entries that claim one form."""

    owners: tuple[_Owner, ...]

    def owner(self, folded: str, start: int, end: int, around: Surroundings) -> int:
        """The number of the entry that the form at start..end means; -1 for none.

        Of several the one whose scope has a word nearest by; without any, the earlier entry.
        """
        fitting = [o for o in self.owners if o.owner(folded, start, end, around) >= 0]
        if not fitting:
            return -1
        return min(fitting, key=lambda o: o.distance(folded, start, end, around)).number


class TermMatcher:
    """Every form of a glossary in one automaton.

    A form that two entries claim belongs to the one whose scope fits the article; without scopes the earlier
    entry has it, and `meipi check` reports the clash.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        claims: dict[str, list[tuple[Term, tuple[Scope, ...]]]] = {}
        for term in terms:
            of_aliases = {_plain(a.form.strip()): (a.scope,) for a in term.alias_scopes}
            own = (term.scope,) if term.scope else ()
            for form in dict.fromkeys(_plain(f.strip()) for f in term.forms):
                if form:
                    claims.setdefault(form, []).append((term, own + of_aliases.get(form, ())))
        self._forms = list(claims)
        # The terms by number of owner; the number of a form's first owner is that of the form itself.
        self._terms = [owners[0][0] for owners in claims.values()]
        # Who has a form; None where the first owner has it everywhere.
        self._claims: list[_Owner | _Owners | None] = []
        for n, (form, owners) in enumerate(claims.items()):
            made: list[_Owner] = []
            for term, scopes in owners:
                made.append(_owner(len(self._terms) if made else n, form, term, scopes))
                if len(made) > 1:
                    self._terms.append(term)
            if not made[0].ruled and not any(owner.scopes for owner in made):
                self._claims.append(None)
            else:
                self._claims.append(made[0] if len(made) == 1 else _Owners(tuple(made)))
        self._longest = AhoCorasick(self._forms, matchkind=MatchKind.LeftmostLongest) if self._forms else None
        self._every: AhoCorasick | None = None
        self._longest_form = max(map(len, self._forms), default=0)
        self._barred = _barred(self._terms)

    def find(self, text: str, around: Surroundings | None = None) -> list[tuple[Span, Term]]:
        """Occurrences in one text, in order, none overlapping another.

        Args:
            text: of one block.
            around: the article it is from; without one the text is all there is.
        """
        if self._longest is None or not text:
            return []
        seen = visible(text)
        folded = _plain(seen.text)
        places = self._places(folded, around or Surroundings((folded,)))
        return [(seen.whole(Span(start, end)), self._terms[owner]) for owner, start, end in places]

    def every_place(self, text: str, around: Surroundings | None = None) -> list[tuple[Span, Term]]:
        """Where any form may occur, also inside and across others; for an editor."""
        if not self._forms or not text:
            return []
        seen = visible(text)
        folded = _plain(seen.text)
        places = self._all_allowed(folded, around or Surroundings((folded,)))
        return [(seen.whole(Span(start, end)), self._terms[owner]) for start, end, owner in places]

    def _places(self, folded: str, around: Surroundings) -> list[tuple[int, int, int]]:
        """Owner, start and end of every occurrence in a folded text."""
        if self._longest is None:
            return []
        places: list[tuple[int, int, int]] = self._longest.find_matches_as_indexes(folded)
        claims = self._claims
        for n, (form, start, end) in enumerate(places):
            if (claim := claims[form]) is not None:
                owner = claim.owner(folded, start, end, around)
                if owner < 0:
                    return self._with_shorter(folded, places, n, around)
                if owner != form:
                    places[n] = owner, start, end
        return places

    def _with_shorter(
        self, folded: str, places: list[tuple[int, int, int]], refused: int, around: Surroundings
    ) -> list[tuple[int, int, int]]:
        """The occurrences where shorter forms take the place of the longest ones that are refused.

        A form can only begin inside a longest match, so these stretches alone are searched again.

        Args:
            folded: the text.
            places: the longest matches; those before `refused` have their owners.
            refused: the number of the first match that is refused.
            around: the article.
        """
        found = places[:refused]
        free = found[-1][2] if found else 0
        for form, start, end in places[refused:]:
            claim = self._claims[form]
            owner = form if claim is None else claim.owner(folded, start, end, around)
            if start >= free and owner >= 0:
                found.append((owner, start, end))
                free = end
                continue
            for first, last, inner in self._all_allowed(folded, around, max(start, free), end):
                if first >= free:
                    found.append((inner, first, last))
                    free = last
        return found

    def _all_allowed(
        self, folded: str, around: Surroundings, begin: int = 0, stop: int | None = None
    ) -> list[tuple[int, int, int]]:
        """Start, end and owner of every place, in order, the longest of those that begin together first.

        Args:
            folded: the text.
            around: the article.
            begin: only places that begin here or later.
            stop: and before here.
        """
        if self._every is None:
            self._every = AhoCorasick(self._forms)
        stop = len(folded) if stop is None else stop
        claims, allowed = self._claims, []
        stretch = folded[begin : stop + self._longest_form]
        for form, start, end in self._every.find_matches_as_indexes(stretch, overlapping=True):
            start, end = start + begin, end + begin
            if start >= stop:
                continue
            claim = claims[form]
            owner = form if claim is None else claim.owner(folded, start, end, around)
            if owner >= 0:
                allowed.append((start, -end, owner))
        allowed.sort()
        return [(start, -minus_end, owner) for start, minus_end, owner in allowed]

    def occurrences(
        self, blocks: Sequence[Block], article: str = "", title: str = ""
    ) -> tuple[Occurrence, ...]:
        """Occurrences in an article's prose; headings are not marked, but begin a new section.

        Args:
            blocks: the article's, in order.
            article: its id, for entries with rules about places.
            title: its title, in which scopes look for their words too.
        """
        if self._longest is None:
            return ()
        shown = [visible(block.text) for block in blocks]
        around = Surroundings((title, *(s.text for s in shown)), article)
        found: list[Occurrence] = []
        seen: set[str] = set()
        for block, sight, folded in zip(blocks, shown, around.texts[1:], strict=True):
            if block.kind == "heading":
                seen.clear()
            if block.kind not in PROSE:
                continue
            text = block.text
            for owner, start, end in self._places(folded, around):
                term = self._terms[owner]
                if term.id in self._barred and not self._barred[term.id].admits(article, block.id):
                    continue
                if sight.places is not None:
                    span = sight.whole(Span(start, end))
                    start, end = span.start, span.end
                core, first = term.priority == "core", term.id not in seen
                found.append(Occurrence(block.id, start, end, text[start:end], term.id, core, first))
                seen.add(term.id)
        return tuple(found)


def count_forms(term: Term, texts: Iterable[Surroundings]) -> Iterator[Counter[str]]:
    """How often each text has each form of one entry, by the entry's own rules and no other entry's.

    Of forms that overlap the longest is counted, so that their sum is the number of uses.
    """
    matcher = TermMatcher((term,))
    written = {_plain(form.strip()): form for form in reversed(term.forms)}
    for around in texts:
        found = Counter[str]()
        for folded in around.texts:
            found.update(written[folded[start:end]] for _, start, end in matcher._places(folded, around))
        yield found


def surroundings(blocks: Iterable[Block], article: str = "", title: str = "") -> Surroundings:
    """The text of an article as scopes see it."""
    return Surroundings((title, *(visible(b.text).text for b in blocks)), article)


def _owner(number: int, form: str, term: Term, scopes: tuple[Scope, ...]) -> _Owner:
    """An entry's claim on one of its forms."""
    vetoes = (*term.veto, *(c for scope in scopes for c in scope.veto))
    onlies = (*term.only, *(c for scope in scopes for c in scope.only))
    veto = tuple(_Context.of(c) for c in vetoes if "~" in c)
    only = tuple(_Context.of(c) for c in onlies if "~" in c)
    plain = [c for c in veto if not (c.far_before or c.far_behind) and bool(c.before) != bool(c.behind)]
    return _Owner(
        number,
        latin_start=_latin(form[0]),
        latin_end=_latin(form[-1]),
        counted=form[0] in _DIGITS,
        plan=form[-1] in _DIGITS,
        veto=tuple(c for c in veto if c not in plain),
        only=only,
        not_behind=tuple(c.before for c in plain if c.before),
        not_before=tuple(c.behind for c in plain if c.behind),
        scopes=tuple(rules for scope in scopes if (rules := _Scope.of(scope)).asked),
    )


class _Places(Struct, frozen=True):
    """Where an entry is not looked for, or where alone."""

    veto: frozenset[str]
    only: frozenset[str]

    def admits(self, article: str, block: str) -> bool:
        here = {f"@{article}", f"@{article}/{block}"}
        return not (here & self.veto) and (not self.only or bool(here & self.only))


def _barred(terms: Iterable[Term]) -> dict[str, _Places]:
    """The entries that have rules about places."""
    found: dict[str, _Places] = {}
    for term in terms:
        veto = frozenset(c for c in term.veto if c.startswith("@"))
        only = frozenset(c for c in term.only if c.startswith("@"))
        if veto or only:
            found[term.id] = _Places(veto, only)
    return found


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
