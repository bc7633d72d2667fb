"""How a noun phrase names a source: 县水务局局长贺兰亭, 一名护士, 网友, 青禾公司."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

import app.text.quotes.lexicon as lexicon
from app.text.quotes.lexicon.names import CALLING_ENDS
from app.text.quotes.matching import words_of
from app.text.quotes.names import (
    FAMILY,
    IN_FOREIGN,
    NO_NAME,
    ORDINARY_WORDS,
    PEOPLES_ENDS,
    POINT,
    PREPOSITIONS,
    WITHOUT_SURNAME_AT_END,
    ends_in_preposition,
    follows_title,
    is_bearer,
    is_name,
    is_namesake,
    is_rare,
    may_have_preposition,
    surname,
)
from app.text.quotes.naming import (
    EXISTENTIAL,
    GROUP_END,
    HONORIFIC,
    MANY,
    NO_SOURCE,
    ONE,
    OWN_PAPER,
    PAPER_END,
    PEOPLE,
    PET,
    PLURALS,
    PRONOUNS,
    SHORT_KIN,
    SOURCE_END,
    STATES,
    THIS_PAPER,
    description_start,
    looks_like_source,
)
from app.text.quotes.offices import (
    BODY_END,
    NOBODY,
    SOMEBODY,
    TIE_WORDS,
    TITLE_ENDS,
    TITLE_PLACES,
    ends_in_title,
    is_office,
    is_relative,
)
from app.text.quotes.shapes import KIN, LEADS_ON, ONE_PERSON, PART_OF_BODY, VERBAL

_GROUPS = words_of(lexicon.GROUPS)
_OLD_CALLINGS = words_of(lexicon.OLD_CALLINGS)
_FORMS_OF_ADDRESS = words_of(lexicon.HONORIFICS)
_ADDRESS = words_of(lexicon.ADDRESS)

# How words go on that begin like a name: 于是人, 方面上
_NO_GIVEN_END = frozenset("上下里外中内前后间时地着来去得人者家们话事")

# What may be before the title of a paper: 当地《海港时报》
_WHERE = frozenset(("当地", "该国", "本地", "本港", "官方", "国内", "海外", "西方", "左翼", "右翼"))
_NO_PARTIES = words_of(lexicon.NO_PARTIES)
_NO_MEDIUM = frozenset(("有", "媒体", "外媒", "有媒体", "多家媒体", "新闻", "相关", "最新", "一篇", "有关"))
_FOREIGN_END = re.compile(f"[A-Za-z][A-Za-z0-9.\\- ]+$|{IN_FOREIGN}+(?:[{POINT}]{IN_FOREIGN}+)+$")
_THERE_ARE = re.compile("[也还另更又亦]?有(?!关|限|人$|些|的)(?:[位名](?=.)|个(?=[^人别体]))?")
_WHERE_ARE = re.compile("[^有]{2,8}有(?!关|限)")
_SO_MANY = re.compile(r"(?:\d+|[两二三四五六七八九十]+)人")
_WHO_IS = re.compile("的(?:就|便|正)?是(?:一?[位名个])?")
_LINK = re.compile("[和与及、以](?:(?<!以)|(?<=以)及)")


class Who(NamedTuple):
    """What a noun phrase says of a source. Offsets count from the beginning of the phrase.

    Attributes:
        form: named (贺兰亭), titled (一名护士), honorific (余先生), group (网友), body (青禾公司), state
            (美国), paper (报道), pronoun (他), plural (双方), joint (贺兰亭和傅晓岚), raw (an unknown word).
        start, end: the name, or the whole description where there is none.
        role: the place of the description next to the name, None without one.
    """

    form: str
    start: int
    end: int
    role: tuple[int, int] | None = None

    def moved(self, by: int) -> Who:
        """The same with offsets counted from `by` characters earlier."""
        return Who(
            self.form,
            self.start + by,
            self.end + by,
            (self.role[0] + by, self.role[1] + by) if self.role else None,
        )


# What names one person.
PERSONS = frozenset(("named", "honorific", "titled"))


_OWN_CHANNEL = re.compile("的?官方(?:微博|微信|账号|网站|公众号|推特|脸书|号)?$")


def describe(phrase: str, known: Container[str] = ()) -> Who | None:
    """Read a noun phrase, folded and masked, as a source.

    Args:
        phrase: 县水务局局长贺兰亭, 一名外地来的瓦工, 网友, 美国, 他 …
        known: names that need no proof.

    Returns:
        The reading, or None when it is not a source: 研究, 《通知》, 记者, 会议结束后 …
    """
    body = phrase.strip(" 　□")
    if not body or len(body) > 48 or not looks_like_source(body, known):
        return None
    who = _describe(body, known)
    if who and who.form == "titled" and (is_ := _WHO_IS.search(body)) and is_.end() < who.end - 1:
        who = Who("titled", is_.end(), who.end)  # 同桌的是位|广州来的大叔
    by = len(phrase) - len(phrase.lstrip(" 　□"))
    return who.moved(by) if who and by else who


def _describe(np: str, known: Container[str]) -> Who | None:
    """Read a noun phrase without spaces around it: exact words first, then shapes from the surest down."""
    if form := _exact_form(np, known):
        return Who(form, 0, len(np))
    if LEADS_ON.match(np) and "的" not in np and not (len(np) < 4 and is_name(np)):
        return None
    if np.endswith("之一"):  # 审稿人之一: one person of a kind, not named
        who = _describe(np[:-2], known) if len(np) > 3 else None
        return Who("titled", who.start, len(np)) if who and who.form in ("titled", "group") else None
    if "官方" in np and (own := _OWN_CHANNEL.search(np)):  # 国家文物局官方微博: the body itself
        who = _describe(np[: own.start()], known) if own.start() > 1 else None
        return who if who and who.form in ("body", "state") else None
    worded = bool(SOURCE_END.of(np))  # many are not, and half of the readings need it
    if worded:
        if np in THIS_PAPER:
            return Who("paper", 0, len(np))
        if np in EXISTENTIAL:  # 有人感叹，…，也有质疑，…
            return Who("plural", 0, len(np))
        if paper := OWN_PAPER.of(np):
            return _author_of_paper(np[: -len(paper)], len(np), known)
        if PAPER_END.of(np):
            return None
    if np in NO_SOURCE:
        return None
    if np[-1] == "》" and "《" in np and "◇" not in np and (medium := _named_medium(np)):
        return medium
    if np[0] == "《":
        return None
    if "有" in np and (there := _THERE_ARE.match(np)):
        return _there_are(np, there.end(), known)
    if (many := MANY.match(np)) and len(np) > many.end():
        return Who("group", 0, len(np)) if not VERBAL.search(np) or "的" in np else None
    if worded:
        if group := _group(np):
            return group
        if _is_group(np):
            one = ONE.match(np) or np in ("知情人士", "消息人士")
            if one or description_start(np) is not None:
                return Who("titled" if one else "group", 0, len(np))
            return None
    if (worded or np[-1].isascii()) and (body := _plain_body(np)):
        return body
    return (
        _joint(np, known)
        or _office_and_name(np, known)
        or (_name_and_title(np, known) if worded else None)
        or _by_shape(np, known, worded)
    )


def _exact_form(np: str, known: Container[str]) -> str:
    """The form of a phrase that is one word: a pronoun, or a name known already."""
    if np in PRONOUNS:
        return "pronoun"
    if np in PLURALS:
        return "plural"
    if np in SHORT_KIN:
        return "titled"
    return "named" if np in known else ""


def unusual_name(text: str) -> Who | None:
    """A name that begins like an ordinary word, alone before a verb of saying: 万一鸣|说，…"""
    fits = len(text) == 3 and text[:2] in ORDINARY_WORDS and surname(text) == 1 and text.isalpha()
    if not fits or not NO_NAME.isdisjoint(text[1:]) or text[2] in _NO_GIVEN_END or BODY_END.of(text):
        return None
    return Who("named", 0, 3)


def _author_of_paper(owner: str, n: int, known: Container[str]) -> Who | None:
    """The body that publishes a paper: 青禾公司声明称, 海港日报报道说."""
    who = _describe(owner, known) if owner and owner not in _NO_MEDIUM else None
    if who and who.form == "titled":  # 某报评论员文章
        return Who("body", 0, n)
    return who if who and who.form in ("body", "raw", "named", "state") else None


def _named_medium(np: str) -> Who | None:
    """A paper with its country or place: 英国《海港时报》, 当地《海港时报》."""
    head = np[: np.find("《")]
    if not head or head in STATES or head in _WHERE or (BODY_END.of(head) and not VERBAL.search(head)):
        return Who("body", len(head), len(np))
    return None


def _there_are(np: str, at: int, known: Container[str]) -> Who | None:
    """A source after 有: 有专家, 有一名店员, 有摊贩."""
    n = len(np)
    who = _describe(np[at:], known) if n > at else None
    if who is None and 1 < n - at < 7 and np[-1] in PEOPLE and np.isalpha():
        return Who("group", at, n)
    if who is None or who.form not in ("group", "titled", "body"):
        return None
    one = ONE.match(np, at) or np[at - 1] in "位名"
    return Who("group" if who.form == "titled" and not one else who.form, at, n)


def _group(np: str) -> Who | None:
    """Several people, by a number or by 有: 三百多人, 该校有学生, 会场后排有人."""
    n = len(np)
    if np[-1] == "人" and _SO_MANY.fullmatch(np):
        return Who("group", 0, n)
    there = _WHERE_ARE.match(np) if "有" in np else None
    if there and there.end() < n and np[there.end() :] in _GROUPS:
        return Who("group", there.end(), n)
    if np.endswith("有人") and n > 2:
        return Who("group", n - 2, n)
    return None


def _is_group(np: str) -> bool:
    """Whether a phrase ends in a word for many people."""
    return np in _GROUPS or bool(GROUP_END.of(np))


def _plain_body(np: str) -> Who | None:
    """A state, a bare word for a body, or capitals: 美国, 公司, WHO."""
    if np in STATES:
        return Who("state", 0, len(np))
    if 1 < len(np) < 4 and np[-1] == "方" and np not in _NO_PARTIES:  # 津方, 警方
        return Who("body", 0, len(np))
    if (np in BODY_END and len(np) > 1) or (len(np) < 6 and np.isascii() and np.isupper()):
        return Who("body", 0, len(np))
    return None


def _by_shape(np: str, known: Container[str], worded: bool) -> Who | None:
    """A pet name, a relative, a bare name, a description or a body, by its shape alone."""
    n = len(np)
    if n > 3 and np[-2] in PET and np[-1] in FAMILY and np[-3] in CALLING_ENDS:
        begin = description_start(np[:-2])  # 技术骨干小温
        if begin is not None and not BODY_END.of(np):
            return Who("named", n - 2, n, (begin, n - 2))
    if worded and np[0] in "我他她咱你" and KIN.fullmatch(np):
        return Who("titled", 0, n)
    if np[0] in "一某另这那该" and (one := ONE_PERSON.match(np)) and np.isalpha():
        inside = TITLE_PLACES.of(np[one.end() :])  # 一名老会计|摘下 is cut short
        return None if (inside and not ends_in_title(np)) or VERBAL.search(np) else Who("titled", 0, n)
    if np[-1] == "会" and np[:-1] in TITLE_ENDS:
        return None  # 老师会说
    if is_name(np) and not BODY_END.of(np[2:]) and np not in TITLE_ENDS and np not in NOBODY:
        return Who("named", 0, n)
    if worded and (
        ends_in_title(np) or (2 < n <= 16 and np[-1] in SOMEBODY and np.isalnum() and np[-2:] not in NOBODY)
    ):
        described = description_start(np) is not None and np not in NOBODY
        return Who("titled", 0, n) if described else None
    if worded and BODY_END.of(np):
        if (part := PART_OF_BODY.match(np)) and part.end() < n - 1:
            return Who("body", part.end(), n)  # 建设单位|青沅城投
        owner, _, head = np.rpartition("的")
        whole = "的" not in np[-4:] or (len(head) > 2 and head in BODY_END and len(owner) > 1)
        plain = n > 1 and np[-2:] not in NOBODY and not VERBAL.search(np) and whole
        return Who("body", 0, n) if plain else None
    if (
        np[-1] in PEOPLES_ENDS
        and (called := WITHOUT_SURNAME_AT_END.search(np))
        and np[called.start() - 1] in CALLING_ENDS
    ):
        return Who("named", called.start(), n, (0, called.start()))  # 护林员索南达娃
    return _body_and_name(np) or _known_at_end(np, known) or _owned(np, known)


def _joint(np: str, known: Container[str]) -> Who | None:
    """Two named sources of one statement: 贺兰亭和傅晓岚."""
    for m in _LINK.finditer(np):
        a, b = np[: m.start()], np[m.end() :]
        if 1 < len(a) < 24 and 1 < len(b) < 24 and _ends_in_name(a, known):
            first = _describe(a, known)
            if first is None or first.form != "named" or first.end != len(a):
                continue
            second = _describe(b, known)
            if second and second.form == "named":
                role = None if second.role else first.role  # of both, or of neither
                return Who("joint", first.start, m.end() + second.end, role)
    return None


def _ends_in_name(text: str, known: Container[str]) -> bool:
    """Whether a text may end with a name, at a glance."""
    return (
        is_name(text[-3:])
        or is_name(text[-2:])
        or text in known
        or bool(TITLE_PLACES.of(text))
        or any(c in POINT or c.isascii() for c in text)
    )


def _office_and_name(np: str, known: Container[str]) -> Who | None:
    """An office and after it a name: 县水务局局长贺兰亭. Read from the right."""
    for start, end, title in reversed(TITLE_PLACES.of(np)[-3:]):
        rest = np[end:].lstrip(" ")
        if not rest or is_bearer(np[:start]):  # 毛主席|常常
            continue
        if len(rest) == 1 and rest.isascii() and rest.isupper() and not np[:start]:
            return Who("titled", 0, len(np))  # 女事主X
        if (rest in known or follows_title(rest)) and not (
            len(rest) == 2 and rest not in known and is_rare(rest) and not is_office(title)
        ):
            begin = description_start(np[:end])
            if begin is not None:
                if title in _OLD_CALLINGS and rest not in known and not surname(rest):
                    continue
                if title in TIE_WORDS and len(rest) == 2 and rest not in known and not surname(rest):
                    continue
                role = (begin, end) if np[begin:end] not in TIE_WORDS else None
                return Who("named", len(np) - len(rest), len(np), role)
    return None


def _name_and_title(np: str, known: Container[str]) -> Who | None:
    """A name and after it a title or form of address: 周慕云先生, 习近平总书记, 梅女士."""
    title = HONORIFIC.of(np)
    front = np[: len(np) - len(title)]
    if not title or not front:
        return None
    cut = front.rfind("的") + 1
    head = front[cut:]
    if title not in _FORMS_OF_ADDRESS and (
        title in TIE_WORDS or (len(head) == 1 and (len(title) > 4 or title[-1] == "家"))
    ):
        return None
    if len(head) == 3 and head[1] in "对与为" and surname(head[2]) and title in TIE_WORDS:
        return None  # 王对李先生
    if head in known or (len(head) > 1 and is_name(head)):
        if is_relative(title):
            return Who("titled", cut, len(np))
        return Who("named", cut, cut + len(head))
    if head and len(head) == surname(head, rare=True):
        return Who("honorific", cut, len(np))
    if len(head) == 3 and surname(head) == 1 and not NO_NAME.isdisjoint(head[1:]) and head[0] not in "于向":
        return Who("named", cut, cut + 3) if title in _FORMS_OF_ADDRESS else None  # 康有为先生
    if len(head) > 2 and surname(head[-1]) and title in _ADDRESS:
        before = head[:-1]
        if not is_name(head[-3:]) and not is_name(head[-2:]) and not VERBAL.search(before):
            return Who("honorific", cut + len(before), len(np), _role_of(before, cut))
        if ends_in_title(before) or GROUP_END.of(before) or BODY_END.of(before):
            return Who("honorific", cut + len(before), len(np), _role_of(before, cut))
    who = _describe(front, known) if len(front) > 2 and not BODY_END.of(front) else None
    return who if who and who.form == "named" else None


def _role_of(before: str, cut: int) -> tuple[int, int] | None:
    """The place of the description before a form of address: 印刷厂东主|霍先生."""
    described = ends_in_title(before) or GROUP_END.of(before) or BODY_END.of(before)
    return (cut + (description_start(before) or 0), cut + len(before)) if described else None


def _body_and_name(np: str) -> Who | None:
    """A body or an unlisted calling and after it a name: 南京大学张明, 美食家蔡澜, 另一家公司SpaceX."""
    for size in (3, 2, 4):
        head, tail = np[:-size], np[-size:]
        described = BODY_END.of(head) or (head[-1:] in ("家", "师", "匠") and not is_namesake(tail))
        if len(head) > 2 and is_name(tail) and described and not VERBAL.search(head):
            return Who(
                "named",
                len(head),
                len(np),
                (description_start(head) or 0, len(head)) if "的" not in head else None,
            )
    # Such a name ends in a Latin letter or has a point in it.
    foreign = _FOREIGN_END.search(np) if np[-1].isascii() or not np.isalpha() else None
    if foreign and foreign.start() and is_name(foreign[0].strip()):
        head = np[: foreign.start()]
        if (BODY_END.of(head) or ends_in_title(head)) and not VERBAL.search(head):
            return Who("named", foreign.start(), len(np))
    return None


def _known_at_end(np: str, known: Container[str]) -> Who | None:
    """A name known from elsewhere after words that are not an office: 渔工庄树海."""
    for size in (4, 3, 2):
        head, tail = np[:-size], np[-size:]
        if (
            head
            and tail in known
            and not VERBAL.search(head)
            and not any(head[:k] in known for k in (2, 3, 4))
        ):
            return Who("named", len(head), len(np))
    return None


def _owned(np: str, known: Container[str]) -> Who | None:
    """A source with a clause before it: 家住河边的余先生 is 余先生, 在门口值班的民警 stays whole."""
    cut = np.rfind("的") + 1
    if not 0 < cut < len(np):
        return None
    who = _describe(np[cut:], known)
    if who is None:
        return None
    if who.form in ("named", "honorific"):
        return who.moved(cut)
    if who.form == "body" and np.startswith(("作为", "身为")):
        return who.moved(cut)
    return Who(who.form, 0, len(np)) if who.form in ("titled", "group") else None


def relative(text: str) -> Who | None:
    """A relative of the one who tells, or of a person named before: 我公公|抽了一袋烟, not 我的老师林槐."""
    m = KIN.match(text)
    if m is None:
        return None
    rest = text[m.end() :]
    if rest[:1] in tuple("们的、和与及") or is_name(rest[:3]) or is_name(rest[:2]):
        return None
    return Who("titled", 0, m.end())


def named_with_preposition(text: str) -> Who | None:
    """A name of three characters that holds a preposition, alone or after an office: 康有为, 书记于在野."""
    at = len(text) - 3
    if at < 0 or PREPOSITIONS.isdisjoint(text[-2:]):
        return None
    if not at:
        return Who("named", 0, 3) if ends_in_preposition(text) else None
    if not ends_in_title(text[:at]) or not (
        ends_in_preposition(text[at:]) or may_have_preposition(text[at:])
    ):
        return None
    begin = description_start(text[:at])
    return None if begin is None else Who("named", at, at + 3, (begin, at))
