"""How to cite a paragraph: in running text, by GB/T 7714, for BibTeX and for CSL.

Every form marks uncertain facts. An approximate date and a title that an editor supplied are in square
brackets, as in GB/T 7714—2015 and in library catalogues; only people named in the byline are authors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.model import Header
from app.text.terms.facts import chinese_date

# The place of the day on which the page was read, which GB/T 7714 requires.
ACCESSED = "[引用日期]"
_CREDIT = re.compile(
    r"(?:本报|本刊|本社|特约|实习|见习)?(?:记者|通讯员|编辑|作者|撰文|撰稿|实习生)[:：]?|文[:：/／]"
)
_SPACED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_LATEX = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\^{}",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A paragraph's citation, ready to copy.

    Attributes:
        quote: its words in quotation marks, who says them, and the source.
        plain: the source as running text.
        gbt: by GB/T 7714, with `[引用日期]` for the day of access. Scripts fill in the day, so that the
            page does not change from day to day.
        bibtex, csl: for reference managers.
    """

    quote: str
    plain: str
    gbt: str
    bibtex: str
    csl: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of a paragraph with a speaker. Offsets count code points, half-open.

    Attributes:
        start, end: the stretch.
        type: direct, indirect or mixed.
        by: office and name as read out; "" if the speaker is not certain, or if the words are ascribed or
            inferred.
    """

    start: int
    end: int
    type: str
    by: str


def cite(header: Header, number: int, link: str, text: str, said: Sequence[Utterance] = ()) -> Citation:
    """A paragraph's citation in every form.

    Args:
        number: of the paragraph, 0 for another block.
        link: its absolute address.
        said: who says which of them.
    """
    h = header
    authors = names(h.author)
    where = h.publication or "原载报刊未查明"
    place = f"，第 {number} 段" if number else ""
    date = chinese_date(h.date, circa=h.circa)
    first = f"{'、'.join(authors)}：" if authors else ""
    plain = f"{first}{title_words(h)}，{where}{f'，{date}' if date else ''}{place}。{link}"
    return Citation(
        quote=f"{quoted(text)}\n——{_attributed(text, said, source_words(h))}\n{link}",
        plain=plain,
        gbt=_gbt(h, authors, link),
        bibtex=_bibtex(h, authors, number, link),
        csl=json.dumps([_csl(h, authors, number, link)], ensure_ascii=False, indent=1),
    )


def source_words(header: Header) -> str:
    """Title and date as part of a sentence: 《北湾渡口》，2024年5月6日."""
    date = chinese_date(header.date, circa=header.circa)
    publication = f"，{header.publication}" if header.publication else ""
    return f"{title_words(header)}{publication}{f'，{date}' if date else ''}"


def title_words(header: Header) -> str:
    """The title in title marks, with a remark if an editor supplied it."""
    return f"《{header.title}》{'（编者拟题）' if header.supplied else ''}"


def quoted(text: str) -> str:
    """Words in quotation marks; double marks inside become single ones, and single ones double.

    Words that use corner brackets get corner brackets. An apostrophe inside a Latin word is left alone.
    """
    if "「" in text or "『" in text:
        return f"「{text.translate(str.maketrans('「」『』', '『』「」'))}」"
    swapped = re.sub(r"(?<=[A-Za-z])’(?=[A-Za-z])", "\0", text).translate(str.maketrans("“”‘’", "‘’“”"))
    return f"“{swapped}”".replace("\0", "’")


def names(author: str) -> tuple[str, ...]:
    """The names in a byline: 本报记者 李　青 王小川 → 李青, 王小川."""
    words = _SPACED_NAME.sub(r"\1\2", _CREDIT.sub(" ", author))
    between = r"[、，,;；/／\n]" if re.search("[A-Za-z]", words) else r"[、，,;；/／\s]"
    return tuple(n for part in re.split(between, words) if (n := part.strip()))


def sole_speaker(text: str, said: Sequence[Utterance]) -> Utterance | None:
    """The quotation that covers all the words of a text; None if a word is left over.

    Only then may the text be signed with the speaker's name. Punctuation and spaces do not count.
    """
    for words in sorted(said, key=lambda w: w.start - w.end):
        rest = text[: words.start] + text[words.end :]
        if words.by and not any(c.isalnum() for c in rest):
            return words
    return None


def _attributed(text: str, said: Sequence[Utterance], source: str) -> str:
    """The source line of a whole paragraph; a name only if all its words are one speaker's."""
    if (own := sole_speaker(text, said)) is None:
        return source
    told = "（转述）" if own.type != "direct" else ""
    return f"{own.by}{told}，{source}"


def _gbt(h: Header, authors: Sequence[str], link: str) -> str:
    """主要责任者. 题名[N/OL]. 报纸名, 年-月-日[引用日期]. 获取和访问路径. Of four authors three are named."""
    first = ", ".join(authors[:3]) or "佚名"
    if len(authors) > 3:
        first += ", 等" if re.search("[\u4e00-\u9fff]", first) else ", et al"
    title = f"[{h.title}]" if h.supplied else h.title
    issued = f"[{h.date}]" if h.circa else h.date
    printed = (h.publication or "[报刊不详]") + (f", {issued}" if h.date else "")
    return f"{first}. {title}[N/OL]. {printed}{ACCESSED}. {link}."


def _bibtex(h: Header, authors: Sequence[str], number: int, link: str) -> str:
    # The year field cannot hold 约, so the note tells that the date is approximate.
    notes = [f"日期{chinese_date(h.date, circa=True)}，为编者推定"] if h.circa and h.date else []
    notes += ["标题为编者所拟"] if h.supplied else []
    notes += [f"第 {number} 段"] if number else []
    fields = {
        "author": " and ".join(f"{{{_latex(a)}}}" for a in authors),
        "title": f"{{{_latex(h.title)}}}",
        "journal": _latex(h.publication),
        "year": h.date[:4],
        "month": h.date[5:7].lstrip("0"),
        "note": "；".join(notes),
        "url": link,
    }
    body = "".join(f",\n  {k} = {{{v}}}" for k, v in fields.items() if v)
    return f"@{'article' if h.publication else 'misc'}{{{h.id}{body}\n}}"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)


def _csl(h: Header, authors: Sequence[str], number: int, link: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": h.id,
        "type": "article-newspaper",
        "title": f"[{h.title}]" if h.supplied else h.title,
        "URL": link,
        "language": h.lang,
    }
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", h.date):
        circa = {"circa": True} if h.circa else {}
        item["issued"] = {"date-parts": [[int(x) for x in h.date.split("-")]], **circa}
    if h.publication:
        item["container-title"] = h.publication
    if authors:
        item["author"] = [{"literal": a} for a in authors]
    if number:
        item["note"] = f"第 {number} 段"
    return item
