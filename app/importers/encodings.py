"""Decodes text files: finds the encoding by how common its characters are in Chinese.

Detectors for all encodings are often wrong on short Chinese texts, because they have too many candidates.
Here a byte order mark decides, then valid UTF-8, then the candidate that gives the likeliest Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

# Of two equally likely ones the first is taken.
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")

# The most frequent characters of modern prose, then those of traditional texts, which GB18030 files may hold
# too. A wrong encoding hardly ever gives one of these characters.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已"
    "工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表"
    "化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四神总何电数安少报才结反"
    "受目太量再感建务做接必场件计管期市直资命山金指许统区保至队形社便空决治展马科五基书非则听白却界达光放强即难且权思完设式"
    "路记者据程边张该交规万取望觉术领共确传师观清今切院让识带导争运央省县村党席届届亿元创城济农产总席京沪，。、“”：；？！（）《》"
    "這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話內給門"
    "兒東聲員論處義幾認條氣題別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記據邊張該規萬覺術領確傳師觀讓"
    "識帶導爭運台灣縣黨億創濟農臺裏爲「」『』"
)
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")  # XML, and so an export, cannot hold these
_SPACES = "\t\n\v\f\r"
_SAMPLE = 1 << 16  # bytes, about 25,000 characters: more than enough

# CESU-8 and WTF-8 write each half of a surrogate pair as three bytes, which UTF-8 forbids.
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_LONE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file.

    Never fails: invalid bytes become U+FFFD, at least one for each run of them, and the rest is decoded. A
    byte order mark is not part of the text.

    Returns:
        The text and the codec's name: utf-8, gb18030, big5hkscs, utf-16-le, utf-16-be, utf-32-le, utf-32-be
        or hz.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _read(data[len(bom) :], name), name
    body = data.rstrip(b"\0")  # zero bytes at the end, as after a crash, say nothing about the encoding
    if not _CONTROL.search(body):  # UTF-16 has control bytes for line ends and Chinese commas
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return _hz(data) or (text, "utf-8")
    sample = _sample(body)
    name = max(_CANDIDATES, key=lambda candidate: likeliness(_read(sample, candidate)))
    return _read(data, name), name


def likeliness(text: str) -> float:
    """How much a text looks like Chinese prose: above .4 for most, near 0 or below for mojibake.

    The score is the share of common characters. Printable ASCII counts a fifth: decoding it as UTF-16 gives
    rare characters, but decoding UTF-16 as bytes gives much ASCII. Characters that no text has count -3.
    """
    score = 0.0
    for char, n in Counter(text).items():
        if is_bad(char):
            score -= 3 * n
        elif char in _COMMON:
            score += n
        elif char < "\x7f":
            score += n / 5
    return score / max(1, len(text))


def is_bad(char: str) -> bool:
    """Whether no text has this character: a control, U+FFFD, private use, half a surrogate pair."""
    return (
        (char < " " and char not in _SPACES)
        or "\x7f" <= char < "\xa0"
        or "\ud800" <= char <= "\uf8ff"
        or "\ufff0" <= char <= "\uffff"
    )


def _read(data: bytes, name: str) -> str:
    if name == "utf-8":
        data = _LONE.sub("\ufffd".encode(), _PAIR.sub(_whole, data))
    return data.decode(name, "replace")


def _whole(pair: re.Match[bytes]) -> bytes:
    """The four bytes of UTF-8 for a surrogate pair written as six."""
    halves = pair[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _sample(data: bytes) -> bytes:
    """A sample from the first byte beyond ASCII, at an even offset to keep UTF-16 aligned."""
    first = re.search(rb"[\x80-\xff]", data)
    start = first.start() & ~1 if first else 0
    return data[start : start + _SAMPLE]


def _hz(data: bytes) -> tuple[str, str] | None:
    """Decode HZ, of old mail and news groups, which looks like ASCII: ``~{VPND~}`` is 中文."""
    if b"~{" not in data:
        return None
    try:
        text = data.decode("hz")
    except UnicodeDecodeError:
        return None
    return (text, "hz") if likeliness(text) > 0.3 else None
