"""Lines of the page that are not of the text: page numbers, captions, bylines, running heads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model import Kind
from app.text.dateline import NAME, read_dateline
from app.text.reflow.headings import headlike
from app.text.reflow.lines import COLON, COMMA, ITEM, NONE, STOP, Line, mark_of
from app.text.reflow.verse import is_verse

_FURNITURE = re.compile(
    r"(?:[—–－\-·•~～]*\s*\d{1,4}\s*[—–－\-·•~～]*"
    r"|(?:第\s*\d{1,4}\s*[页頁]|页数|頁數|[Pp]age)[\s\d/／共第页頁of]*"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|[（(【]?(?:上接|下转|下轉)\s*(?:第?\s*[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3}|[^，。]{1,6})\s*[版页頁][^，。]{0,8}[）)】]?"
    r"|(?:本版|本期)?(?:责任编辑|責任編輯|责编|責編|本版编辑|本版編輯|编辑|編輯|美编|版式|排版|制图|审核|監制|监制|值班编辑|值班主任|统筹|运营|校对|校對|本版邮箱|本版郵箱|投稿邮箱)[：:／/].{1,60}"
    r"|\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?\s*(?:星期|周|週|第?\s*[A-Z]?\d{1,3}\s*版).{0,20}"
    r"|第?\s*[A-Z]?\d{1,3}\s*版\s*.{0,12}"
    r"|(?:责任编辑|编辑|编审|图片?|配图|图源|摄影|排版|设计|制图|校对|审核|监制|出品|统筹|策划|运营)\s*[|｜丨]\s*\S.{0,40}"
    r"|[（(【]?(?:此件|原标题|原題|原题)[：:]?[^（）()]{2,60}[）)】]|原标题[：:].{2,60}"
    r"|[^。]{0,40}(?:转载请|轉載請|未经(?:授权|许可|允许)|未經(?:授權|許可|允許))[^。]{2,40}。?"
    r"|[【\[（(]?(?:免责|免責|版权|版權)(?:声明|聲明)[】\]）)]?[：:\s]?.{0,70})"
)

_BYLINE = re.compile(
    r"[□■◆◇○●◎▲]?\s*(?:[^\s，。：]{0,8}(?:记者|記者|通讯员|通訊員|评论员|評論員|特派员|特派員|实习生|實習生))"
    r"(?:[\s：:／/]+[^\s，。：]{1,6}){1,9}"
    r"|[□■◆◇]\s*[一-鿿·]{1,4}(?:\s+[一-鿿·]{1,4}){0,5}"
    r"|(?:作者|文|撰文|文字)\s*[：:／/|｜丨]\s*[^，。]{2,24}"
    r"|[^\s，。：]{1,14}[〔\[（(【](?:19|20)\d\d[〕\]）)】]第?\d{1,5}[号號]"  # of an official document
    r"|(?:記者|记者|特派員|特派员)[^\s，。：／]{2,4}[／/][^\s，。：]{2,8}(?:報導|报道|報道|電|电)"
)

CAPTION = re.compile(
    r"[▲▼◀▶△▽◄►]\s*\S|(?:[上下左右题題]图|[上下左右題]圖|图为|圖為)(?![谋谋])|图[①-⑳\d]{1,2}[：:、\s]"
    r"|[（(]?(?:图源|圖源|图片来源|圖片來源|配图来源)[：:／/]"
)

_CREDIT = re.compile(
    r"[\s。（(／/]\S{0,16}\s*\S{1,4}\s*(?:摄|攝|摄影|攝影|供图|供圖|摄影报道|攝影報道|制图|製圖)[）)]?$"
)
_NUMBER = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}[)）.．、]?\t|[·•●○■□◆◇-]\t")
# Between the cells of a row, and a cell of figures: +0.12, 38,400, 17%, 3月.
_SPACES, _LONGEST_CELL = re.compile("[ \u3000]{2,}"), 20
_FIGURES = re.compile(r"[+\-－±≥≤<>￥$¥]?\d[\d,.:：/\-]*[%％‰]?[㐀-鿿]{0,3}|[—–-]{1,2}|/")
_WRITER = re.compile(rf"{NAME.pattern}|阿[一-鿿]")
_WRITERS = re.compile(r"(?:记者|記者|通讯员|通訊員|特派员|特派員|实习生|實習生|作者)[：:]?$")
_CUT_NAME = re.compile(r"[\s　][一-鿿]$")
_NAMES = re.compile(r"[一-鿿](?:[\s　]?[一-鿿]){1,3}(?:[\s　]{1,3}[一-鿿](?:[\s　]?[一-鿿]){1,3}){0,3}")

# An office and a name under the headline of a speech: 国务院总理　李强
_OFFICER = re.compile(rf"(?!第)[^，。：、；\d\s的]{{2,20}}[\s　]+(?:{NAME.pattern}|[一-鿿][\s　]+[一-鿿])")

# A subtitle, and the number of lines that tell how wide the column is.
_DASHED, _NEAR = re.compile(r"(?:——|—|――|－－|--)\s*[^—\s]"), 8

_LONGEST_CREDITED = 50  # characters of a caption on one line that ends with its credit


def _aside(text: str) -> Kind | None:
    if len(text) > 80:
        return "caption" if text[0] in "▲▼◀▶△▽◄►" else None
    if _FURNITURE.fullmatch(text):
        return "furniture"
    if mark_of(text) < STOP and (_BYLINE.fullmatch(text) or _is_dateline(text)):
        return "byline"
    return "caption" if CAPTION.match(text) else None


def _is_dateline(text: str) -> bool:
    """Whether a line gives a date, or a source or an author by label; 青川日报 alone may be anything."""
    line = read_dateline(text)
    return line is not None and (bool(line.date) or "：" in text or ":" in text or "|" in text)


def _is_credited(line: Line, above: Line, aside: Kind | None) -> bool:
    """Whether a line after the end of a block is a caption: it ends with the name of who took the picture."""
    ended = above.mark >= STOP or aside is not None
    return ended and len(line.text) <= _LONGEST_CREDITED and _CREDIT.search(line.text) is not None


def find_asides(lines: Sequence[Line]) -> list[Kind | None]:
    """Which lines belong to the page and not to the text.

    Besides a line's own words: a caption goes on to the line with its credit; a line next to two page numbers
    or more is a running head; a bare name under a title is a byline.
    """
    found: list[Kind | None] = [_aside(line.text) for line in lines]
    beside: dict[str, list[int]] = {}
    for i, kind in enumerate(found):
        if kind == "furniture":
            for j in (i - 1, i + 1):
                if 0 <= j < len(lines) and not found[j] and lines[j].mark == NONE and len(lines[j].text) < 40:
                    beside.setdefault(lines[j].text, []).append(j)
        elif kind == "caption" and not _CREDIT.search(lines[i].text):
            for j in range(i + 1, min(i + 3, len(lines))):
                if _CREDIT.search(lines[j].text) and found[j] in (None, "byline"):
                    found[i + 1 : j + 1] = ["caption"] * (j - i)
                    break
        elif not kind and i and _is_credited(lines[i], lines[i - 1], found[i - 1]):
            found[i] = "caption"
    for places in beside.values():
        if len(set(places)) > 1 or _intrudes(lines, found, places[0]):
            for j in places:
                found[j] = "furniture"
    _find_bylines(lines, found)
    _find_subtitle(lines, found)
    _find_rows(lines, found)
    return found


def goes_on(byline: str, text: str) -> bool:
    """Whether a line of names belongs to the byline above, which ends in what its writer is."""
    if len(text) < 3 and (len(text) == 1 or _CUT_NAME.search(byline)):  # of a name that the column cut
        return _BYLINE.fullmatch(byline + text) is not None
    return _WRITERS.search(byline) is not None and _NAMES.fullmatch(text) is not None


def _find_rows(lines: Sequence[Line], found: list[Kind | None]) -> None:
    """Mark rows of a table: two lines or more with as many tabs each, not numbers of a list with a tab.

    Spaces may take the place of tabs in three lines or more of short cells.
    """
    start = 0
    while start < len(lines):
        cells = len(_cells(lines[start].text))
        end = start
        while end < len(lines) and cells > 1 and len(_cells(lines[end].text)) == cells:
            end += 1
        run = lines[start:end]
        spaced = not all("\t" in line.text for line in run)
        if (
            end - start > (2 if spaced else 1)
            and not all(_NUMBER.match(line.text) for line in run)
            and not (spaced and not _is_grid(run))
        ):
            found[start:end] = ["table"] * (end - start)
        start = max(end, start + 1)


def _cells(text: str) -> list[str]:
    """The cells of a row: between tabs, else between two spaces or more."""
    return text.split("\t") if "\t" in text else _SPACES.split(text)


def as_row(text: str) -> str:
    """A row of a table with a tab between its cells."""
    return "\t".join(_cells(text))


def _is_grid(run: Sequence[Line]) -> bool:
    """Whether lines with wide spaces are rows: short cells without stops, figures in most of the rows."""
    rows = [_cells(line.text) for line in run]
    figures = sum(any(_FIGURES.fullmatch(cell) for cell in row) for row in rows)
    short = all(len(cell) <= _LONGEST_CELL for row in rows for cell in row)
    return short and not any(line.mark >= COLON for line in run) and 3 * figures >= 2 * (len(rows) - 1)


def _find_subtitle(lines: Sequence[Line], found: list[Kind | None]) -> None:
    """Mark the line below the headline that begins with a dash and leaves room: ——专访馆长."""
    top = next((i for i, kind in enumerate(found) if not kind), 0)
    at = top + 1
    if at + 1 >= len(lines) or found[at] or not _DASHED.match(lines[at].text):
        return
    widest = max(line.reach - line.indent for line in lines[at + 1 : at + _NEAR])
    room = widest - (lines[at].reach - lines[at].indent)
    apart = lines[at].indent != lines[at + 1].indent or room >= lines[at + 1].unit
    if apart and headlike(lines[top].text) and headlike(lines[at].text) and lines[at + 1].text[0] not in "—–":
        found[at] = "heading"


def _find_bylines(lines: Sequence[Line], found: list[Kind | None]) -> None:
    """Mark names under a headline, and a poet's name between the title and the verse."""
    top = next((i for i, kind in enumerate(found) if not kind), 0)
    for i in range(1, len(lines)):
        text = lines[i].text
        if found[i] or found[i - 1] not in (None, "byline"):
            continue
        if goes_on(lines[i - 1].text, text) and found[i - 1]:
            found[i] = "byline"
            continue
        bare = "".join(text.split())  # 石　平
        named = len(bare) < 5 and _WRITER.fullmatch(bare)
        if named and headlike(lines[i - 1].text):
            following = lines[i + 1].text if i + 1 < len(lines) else ""
            if i == top + 1 or is_verse(following):
                found[i] = "byline"
        elif i <= top + 3 and len(text) < 30 and _OFFICER.fullmatch(text) and headlike(lines[top].text):
            found[i] = "byline"


def _intrudes(lines: Sequence[Line], found: Sequence[Kind | None], j: int) -> bool:
    # A few words next to a page number, after an unfinished sentence in a much longer line, are the running
    # head: neither the next line of the sentence nor a heading.
    before = next((lines[i] for i in range(j - 1, max(j - 4, -1), -1) if not found[i]), None)
    return (
        before is not None
        and lines[j].begin != ITEM
        and before.begin != ITEM
        and before.mark <= COMMA
        and len(before.text) >= 10
        and 3 * len(lines[j].text) <= 2 * len(before.text)
        and (before.slim > 0 or before.n != lines[0].n)  # no title
    )
