"""The words before a verb of saying, read as a source: 对此，县水务局局长贺兰亭在会上|说."""

from __future__ import annotations

import re
from bisect import bisect_left

import app.text.quotes.lexicon as lexicon
from app.text.quotes.acquaintance import ASPECTS
from app.text.quotes.cast import Cast
from app.text.quotes.cue import bare_end, clause_start, past_openers
from app.text.quotes.matching import Beginnings, Places, either, words_of
from app.text.quotes.names import (
    COMMON_SURNAMES,
    ORDINARY_WORDS,
    has_preposition,
    is_foreign,
    is_name,
    is_namesake,
    is_surname_and_adverb,
    parts_adverb,
    surname,
)
from app.text.quotes.naming import (
    description_start,
    ends_like_source,
    is_no_source,
    is_verbal,
    plain_beginning,
    shut_beginning,
)
from app.text.quotes.offices import TITLE_PLACES, ends_in_title, is_office, parts_word, title_at, title_at_end
from app.text.quotes.passages import BETWEEN, VERB, VERBS
from app.text.quotes.phrases import PERSONS, Who, describe, named_with_preposition, relative
from app.text.quotes.sources import is_clean, may_be_source

# What may follow a source, as `BETWEEN` has it, and verbs of saying. The automaton takes a third of the time
# of a pattern.
_BETWEEN_AT = Beginnings(
    [
        *lexicon.BETWEEN.words,
        *(act + aspect for act in lexicon.ACTS.words for aspect in "着过了起"),
        *(verb for verb in VERBS if len(verb) > 1),
        *("□", *re.findall(r"[\d\s]", "".join(map(chr, range(0xD800)))), *"０１２３４５６７８９"),
    ]
)

# Who acts: a name, an office, a body, people.
_ACTORS = PERSONS | {"body", "group"}

_PRONOUN = re.compile(f"(?:{either(lexicon.PRONOUNS.words + lexicon.PLURALS.words)})(?!们|俩)")

_ADDRESSED = re.compile(f"(?:{either(lexicon.ADDRESS.words)})(?!们|[和与及、的])")

_OF_AGE = re.compile(
    f"(?:今年)?\\d{{1,3}}岁的([㐀-鿿]{{2,3}}?)(?=$|{either(lexicon.BETWEEN.words)}|{either(lexicon.ACTS.words)})"
)

_VOICE_OF = re.compile(
    "([^，。；：“”的]{2,14})的(?:语气|口气|声音|嗓音|表情|神情|脸色|眼神|眼睛|眼眶|眼圈|眼里|脸上|话语|语速|情绪|话(?![题剧费筒务语]))"
)

_PET = re.compile("[小老阿]")

_PET_AFTER = re.compile(f"(?!{either(lexicon.NO_NICKNAMES.words)})[小老阿][{lexicon.SURNAMES}]")
_PET_NAME = re.compile(
    f"(?:[^，。；：“”、]{{1,12}}的)?((?!{either(lexicon.NO_NICKNAMES.words)})[小老阿][{lexicon.SURNAMES}])"
    f"(?=管|{either(lexicon.BETWEEN.words)}|{either(lexicon.ACTS.words)})"
)

# What a visitor or a host does, after the surname alone.
_COURTESIES = frozenset(re.findall("..", "邀请感谢祝贺赞赏高度积极介绍首先对此回顾欢迎强调表示指出"))

_PREPOSITIONS = frozenset(("在", "对", "向", "从", "为", "把", "与", "就", "给", "跟"))

# Acts that have an object. Others may be right before a verb of saying: 林禾笑|说.
_WITH_OBJECT = frozenset("拉推拖拽抓握拿捧端递接扶拍敲打翻掏摸擦抹戴穿脱披裹系带领率送找查获赴发放塞合")

# They may be between a name and a verb, and end a given name as often.
_IN_GIVEN_NAMES = frozenset("乐松深正迎忙连")

# One of these may follow a name; other single characters may belong to a word.
_AFTER_NAME = frozenset("在对向就也还则又曾却")

# The characters of a clause in which an office is looked for.
_NEAR = 24

_ACTED = Places(words_of(lexicon.ACTIONS))
_JOINED = frozenset("的、和与及")

_REPORTER = re.compile("(?<![向对给与和跟同诉见访])(?:本报|本刊|本台|报|社|台|网|的|名)?记者$")

_PHRASE_END = re.compile("后|时|中(?!国|央|共|心|方|美|日|俄|英)|上(?!海|级|市)|里|前|下|间|》|、|从而|因为")

_TO_REPORTER = re.compile("(?:[向对给与和跟同诉]|接受|致电|回复)[^，]{0,12}记者$")

_TOWARDS = re.compile("[向给被让]|对(?!于)")


class Subjects:
    """Reads the words before a verb as a source, by what the article shows of its people."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._memo: dict[str, Who | None] = {}
        self._meant_nothing: set[str] = set()
        # The source that a text begins with, and how many names were known when it was read.
        self._led: dict[tuple[str, bool], tuple[Who | None, int]] = {}

    def forget(self) -> None:
        """Look again at what meant nothing: more names are known now."""
        self._meant_nothing = {phrase for phrase, who in self._memo.items() if who is None}
        self._memo = {phrase: who for phrase, who in self._memo.items() if who}

    def describe(self, phrase: str) -> Who | None:
        """Read a noun phrase as a source with the known names; see `describe`."""
        if phrase not in self._memo:
            # What meant nothing means nothing still where it holds no name that is known by now.
            still = phrase in self._meant_nothing and not self.cast.holds_name(phrase)
            who = None if still else describe(phrase, self.cast.known)
            if who and who.form == "named" and who.end - who.start == 3:
                who = self._shortened(phrase, who)
            self._memo[phrase] = who if who and self._may_be_source(phrase, who) else None
        return self._memo[phrase]

    def _may_be_source(self, phrase: str, who: Who) -> bool:
        """Whether a phrase is a source: no clause, and no word that only looks like a name."""
        name = phrase[who.start : who.end]
        if who.form == "named" and name not in self.cast.known:
            if is_namesake(name) and not self._is_evident(phrase, who, name):
                return False
            if not who.role and (name[1:] in VERBS or is_surname_and_adverb(name)):
                return False  # 赵介绍
        if who.form in ("titled", "body", "group") and surname(name) and name[1:2] in _PREPOSITIONS:
            return False  # 王与会长
        return may_be_source(phrase, who)

    def _shortened(self, phrase: str, who: Who) -> Who:
        """The name without a last character that only this place has: 张某|跌在地上."""
        name = phrase[who.start : who.end]
        if name in self.cast.known or self.cast.count(name) > 1:
            return who
        if name[1] == "方" and self.cast.count(name[:2]) > 1:
            return who._replace(form="body", end=who.end - 1)  # 桑方|欢迎
        return who._replace(end=who.end - 1) if self.cast.count(name[:2]) > 3 else who

    def _is_evident(self, phrase: str, who: Who, name: str) -> bool:
        """Whether an ordinary word is a name all the same: after an office, or repeated after a calling."""
        if who.role is None:
            return False
        if name[0] in "小老阿" or is_office(title_at_end(phrase[: who.start])):
            return True
        return name not in ORDINARY_WORDS and self.cast.frequent(name, 2)

    def subject(self, plain: str, begin: int, end: int, *, whole: bool = True) -> tuple[int, Who | None]:
        """The source that the words before a verb name, and where its phrase begins.

        With `whole` these are all the words before the verb, and the longest phrase that can be a
        source wins; without, they are a clause with a verb of its own, and the shortest wins.
        """
        if plain[begin : begin + 1] == "的" and plain[begin - 1 : begin] == "”":
            begin = _before_nickname(plain, begin)
        opened = past_openers(plain, begin, end)
        starts = [opened]
        if opened < end and plain[opened] == "据":
            starts = [opened + 1]
        elif opened != begin:
            starts.append(begin)
        for at in starts:
            who = self._leading(plain[at:end], whole)
            if who and not (plain[at] == "连" and plain[at + who.end] in "都也"):  # 连祠堂|都冲走了
                return at, who
        if whole:
            return self._tail(plain, opened, end)
        return opened, None

    def first_source(self, plain: str, s: int, e: int) -> tuple[int, Who | None]:
        """The source that one of the first clauses of a sentence begins with: 10月末，傅晓岚…"""
        e = min(e, s + 80)
        for _ in range(3):
            comma = plain.find("，", s, e)
            end = comma if comma != -1 else e
            at, who = self.subject(plain, s, min(end, s + 40), whole=False)
            if who or comma == -1:
                return at, who
            s = comma + 1
        return s, None

    def _leading(self, text: str, whole: bool) -> Who | None:
        """A source at the beginning of a text; read again only if the text holds a name learnt since."""
        led, known = self._led.get((text, whole)), len(self.cast.known)
        if led and (led[1] == known or not self.cast.learnt(text, led[1])):
            return led[0]
        who = self._read_leading(text, whole)
        self._led[text, whole] = who, known
        return who

    def _read_leading(self, text: str, whole: bool) -> Who | None:
        if text[:1] in "我咱他她你" and (kin := relative(text)):
            return kin
        if (m := _PRONOUN.match(text)) and self._is_subject_pronoun(text, m.end(), whole):
            return self.describe(m[0])
        said_to = bare_end(text)
        if said_to.endswith("记者") and _REPORTER.search(said_to) and not _TO_REPORTER.search(said_to):
            return None
        known = self.cast.known.beginning(text)
        if not whole and (who := self._before_any_verb(text, known)):
            return who
        if not whole and text[1:3] in _COURTESIES and self.cast.family(text[0]):
            return Who("honorific", 0, 1)  # 赵祝贺第一夫人办公室成立
        bare = len(said_to)
        if bare == 1 and self.cast.family(text[0]):
            return Who("honorific", 0, 1)  # 卢说
        if whole and (who := named_with_preposition(text)):
            return who
        best = self.describe(text[:bare]) if whole else None
        cuts: list[int] = []
        if best is None or (best.form == "named" and best.start + 2 < bare):
            # In a text as short as most are, only what goes on after the beginning of the name is looked at.
            first = best.start + 2 if best and len(text) < 25 else 1
            cuts = _BETWEEN_AT.of(text, first, len(text) if whole else 26)[:24]
        titles: list[tuple[int, int, str]] = []
        if cuts or not whole:
            titles = TITLE_PLACES.of(text[:_NEAR])
            plain = plain_beginning(text[:_NEAR], titles)
            shut = 0 if known else shut_beginning(text)
            best = self._at_cuts(text, whole, best, cuts, bare, plain, shut)
            if best is None and not whole:
                best = self._before_action(text, plain, shut)
        # Where the words are not all before the verb, this was asked first.
        if whole and (best is None or best.form in ("titled", "raw", "body")):
            best = self._behind_office(text) or best
        best = best or self._known_first(text, known) or self._aged(text)
        if best is None:
            best = self._unlisted(text) if whole else self._calling(text, titles)
        if best is None and whole and self._is_surname_alone(text):
            return Who("honorific", 0, 1)
        return best or self._unknown_word(text, whole, cuts, bare)

    def _is_surname_alone(self, text: str) -> bool:
        """Whether a text begins with a surname and then a preposition: 李|在会上."""
        alone = text[:1] in COMMON_SURNAMES or self.cast.family(text[:1])
        return alone and text[1:2] in _PREPOSITIONS and text[:2] not in ORDINARY_WORDS

    @staticmethod
    def _is_subject_pronoun(text: str, end: int, whole: bool) -> bool:
        """Whether a pronoun is the subject, not an owner: 他说 but not 他的书说."""
        words = bare_end(text).removesuffix("说").removesuffix("所")
        if (whole or text.endswith("所说")) and "的" in text[end:] and ends_in_title(words):
            return False  # 她帮助过的当事人说
        if not whole:
            return text[end : end + 1] != "的"
        return len(text) - end < 5 or BETWEEN.match(text, end) is not None

    def _before_any_verb(self, text: str, known: list[int]) -> Who | None:
        """A source that a clause begins with, whatever the verb: 李先生听后沉默."""
        if who := self._behind_office(text):
            return who
        if (n := surname(text, rare=True)) and (form := _ADDRESSED.match(text, n)):
            return Who("honorific", 0, form.end())
        of = text.find("的", 1, 24)
        n = surname(text[of + 1 :], rare=True) if of > 0 else 0
        if n and (form := _ADDRESSED.match(text, of + 1 + n)) and not is_verbal(text[1:of]):
            return Who("honorific", of + 1, form.end())  # 在桥头开店的骆阿姨盼…
        if "的" in text and (part := _VOICE_OF.match(text)):
            who = self.describe(part[1])
            if who and who.form in PERSONS:
                return who
        if _PET.search(text, 0, 14):
            if pet := _PET_NAME.match(text):  # 隔壁卖鱼的小邱管她叫…
                return Who("named", pet.start(1), pet.end(1))
            pet = _PET_AFTER.search(text, 2, 16)
            if pet and ends_in_title(text[: pet.start()]):  # 下班的会计小蔡每天…
                begin = description_start(text[: pet.start()])
                return Who("named", *pet.span(), None if begin is None else (begin, pet.start()))
        for size in known:
            if len(text) == size or BETWEEN.match(text, size):
                return Who("named", 0, size)
        return None

    def _before_action(self, text: str, plain: int, shut: int) -> Who | None:
        """A source right before a verb that no name holds: 孟青|放下水桶, 县委办公室|印发了意见."""
        for cut, _, _ in _ACTED.of(text[:30])[:2]:
            who = self._beginning(text[:cut], plain, shut) if cut else None
            if who and who.form in _ACTORS:
                return who
        return None

    def _beginning(self, phrase: str, plain: int, shut: int) -> Who | None:
        """Read the beginning of a clause as a source; see `plain_beginning` and `shut_beginning`."""
        if 3 < len(phrase) <= shut:
            return None
        if len(phrase) <= plain and not ends_like_source(phrase, self.cast.known):
            return None
        return self.describe(phrase)

    def _at_cuts(
        self, text: str, whole: bool, best: Who | None, cuts: list[int], bare: int, plain: int, shut: int
    ) -> Who | None:
        """The best source that ends where a word begins that may follow a subject.

        The longest if the words are all before the verb, else the shortest; of two names the likelier.
        """
        tried = cuts[: bisect_left(cuts, bare)][::-1] if whole else cuts
        for cut in tried:
            if best is not None and cut <= best.start + 1:
                break
            who = self._beginning(text[:cut], plain, shut)
            if (
                who is None
                or text[cut] == "们"
                or text[cut - 1 : cut + 1] in ("方才", "方可", "方能", "方知")
            ):
                continue
            if (
                who.form == "named"
                and text[cut] in ASPECTS
                and text[who.start : who.end] not in self.cast.known
            ):
                continue  # 陈刚作了发言: no name goes before 了
            if who.form == "named" and self._is_cut_short(text, cut, text[who.start : who.end]):
                continue
            if not whole and (parts_word(text, cut) or title_at(text, cut)):
                continue
            if best is None:
                best = who
                if not whole and who.form == "named" and who.end - who.start == 2:
                    best = self._grown(text, who)
                if who.form == "state" and not whole:
                    best = self._longer_than_state(text, cut, tried) or best
                if who.form != "named" or not whole:
                    break
                continue
            shorter, longer = text[who.start : who.end], text[best.start : best.end]
            if who.form == "named" and who.start == best.start and self.cast.likelier(shorter, longer):
                if best.end == bare and longer[-1] in _WITH_OBJECT and len(longer) == len(shorter) + 1:
                    continue  # 欣德拉|承认: 拉 has no object
                best = who
        return best

    def _grown(self, text: str, who: Who) -> Who:
        """A name with the character after it: never printed without, or a word follows: 赵小|乐|一个人."""
        longer = text[who.start : who.end + 1]
        often = self.cast.count(longer)
        never_without = often > 1 and often == self.cast.count(longer[:-1])
        after = BETWEEN.match(text, who.end + 1) if longer[-1] in _IN_GIVEN_NAMES else None
        grown = is_name(longer) and (never_without or (after is not None and len(after[0]) > 1))
        return who._replace(end=who.end + 1) if grown else who

    def _is_cut_short(self, text: str, cut: int, name: str) -> bool:
        """Whether what looks like a name before `cut` goes on after it: 李|在接|受采访时."""
        if name in self.cast.known or not has_preposition(name) or cut == len(text):
            return False
        if text[cut] in ASPECTS or parts_adverb(text, cut):
            return True
        return (
            text[cut] not in _AFTER_NAME
            and (after := BETWEEN.match(text, cut)) is not None
            and len(after[0]) < 2
        )

    @staticmethod
    def _known_first(text: str, known: list[int]) -> Who | None:
        """A known name and then words other than adverbs: 傅晓岚质问称."""
        size = next((n for n in known if text[n : n + 1] not in _JOINED), 0)
        return Who("named", 0, size) if size else None

    @staticmethod
    def _aged(text: str) -> Who | None:
        """A name after an age: 74岁的岩香站在废墟前."""
        if "岁的" not in text or not (aged := _OF_AGE.match(text)):
            return None
        name = aged[1]
        if ends_in_title(name) or is_no_source(name) or name[-1] in lexicon.CALLING_ENDS:
            return None
        return Who("named", aged.start(1), aged.end(1))

    def _unknown_word(self, text: str, whole: bool, cuts: list[int], bare: int) -> Who | None:
        """A word that no rule knows: a foreign name, or a word that keeps being a subject."""
        if whole:
            cuts = cuts[: bisect_left(cuts, bare)][::-1]
        for cut in dict.fromkeys((min(cuts, default=bare), bare)):
            word = text[:cut]
            if not whole and text[cut : cut + 1] in "是有不要可能会为":
                break
            if not 2 <= len(word) <= 6 or not word.isalpha():
                continue
            foreign = whole and all(map(is_foreign, word)) and not word.isascii()
            if not self.cast.frequent(word, 1 if foreign else 3) or BETWEEN.fullmatch(word):
                continue
            if word[0] in "一二三四五六七八九十" and word[1] in "项个条种次大年月点方届":
                continue
            if who := self.describe(word):
                return who
            if not is_no_source(word) and is_clean(word) and not is_namesake(word):
                return Who("raw", 0, cut)
        return None

    def _calling(self, text: str, titles: list[tuple[int, int, str]]) -> Who | None:
        """A calling or an office and then any verb: 老人沉默了一会儿, 委员会发言人拒绝评论."""
        for _, size, _ in titles[:2]:
            who = self.describe(text[:size])
            if (
                who is not None
                and who.form in ("titled", "group")
                and not title_at(text, size)
                and not parts_word(text, size)
                and text[size : size + 1] not in _JOINED | {"们"}
                and not text.startswith(("过来", "成", "为", "自"), size)
                and not VERB.search(text, 0, max(0, size - 3))
            ):
                return who
        return None

    def _longer_than_state(self, text: str, at: int, cuts: list[int]) -> Who | None:
        """法国经济部长: a state's name may be the beginning of an office or a body."""
        for cut in [c for c in cuts if at < c < at + 16][:4]:
            who = self.describe(text[:cut])
            if who and who.form in ("titled", "named", "body") and not VERB.search(text, at, cut):
                return who
        return None

    def _behind_office(self, text: str) -> Who | None:
        """A known name after an office, whatever follows it: 副局长武建民蹚着水."""
        for a, b, _ in self.cast.names_in(text[:60]):
            if text[a - 1 : a] == "的" and a < 16 and not is_verbal(text[:a]):
                return Who("named", a, b)  # 率先获救的孟小军
            if text[b : b + 1] not in _JOINED and ends_in_title(text[:a]):
                begin = description_start(text[:a])
                return Who("named", a, b, (begin, a)) if begin is not None else None
        return None

    def _unlisted(self, text: str) -> Who | None:
        """A name after an unlisted calling, or a group before a verb."""
        cuts = [*_BETWEEN_AT.of(text, 3, len(text))[:6], len(bare_end(text))]
        inside = {k for a, b, _ in TITLE_PLACES.of(text) for k in range(a + 1, b)}
        for cut in cuts:
            for at in (cut - 3, cut - 2):
                name = text[at:cut]
                if at in inside:
                    continue  # 田总主|席关祺
                if not (at > 1 and 4 < cut < 14 and is_name(name) and text[at - 1] in lexicon.CALLING_ENDS):
                    continue
                if self._is_cut_short(text, cut, name):
                    continue  # 小戏迷周可|挥着手
                begin = description_start(text[:at])
                if begin is not None:
                    return Who("named", at, cut, (begin, at))
        for size in (4, 3, 2):
            if len(text) - size > 4 or text[size : size + 1] in "民们员者":
                continue  # far from the verb, or cut short
            who = self.describe(text[:size])
            if who and who.form in ("group", "titled"):
                return who
        return None

    def _tail(self, plain: str, opened: int, end: int) -> tuple[int, Who | None]:
        """A phrase of time or place, then the source: 问清缘由后民警…, 在论坛上张明…"""
        text = plain[opened:end]
        for m in reversed(list(_PHRASE_END.finditer(text))):
            at = past_openers(plain, opened + m.end(), end)
            rest = plain[at:end]
            if _TOWARDS.search(text, 0, m.end()):  # 向时任经理何某汇报: he is the one told
                continue
            if len(rest) > 1 and (who := self._leading(rest, True)) and who.form != "raw":
                return at, who
        return opened, None


def _before_nickname(plain: str, begin: int) -> int:
    """Where a description with a name in quotation marks begins: 外号“水猴子”|的村民."""
    mark = plain.rfind("“", max(0, begin - 24), begin)
    return clause_start(plain, max(0, mark - 14), mark) if mark > 0 else begin
