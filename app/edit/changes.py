"""The corrections of an article: from a form's fields to the article that the editor wants.

Each function takes the article as it is and the fields of the form. Corrections of quotations are tried
first: if the text would not read as the editor wants, the form is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import cast, get_args

from app.content.article_file import check_header
from app.edit.bench import Refused
from app.edit.places import Opened
from app.i18n import say
from app.library.correcting import Wanted
from app.model import CELL, KINDS, Block, Correction, Kind, Piece, Quotation, QuotationType, SpeakerKind

Fields = Mapping[str, str]

# Fields of the header that the form has; the others stay as they are.
FACTS = (
    "title", "subtitle", "date", "publication", "author", "url", "note", "lang", "title_en", "summary_en",
)  # fmt: skip
_TICKS = ("supplied", "circa")
# The shortest words that name a quotation in a correction, and where longer ones end.
_SHORTEST = 6
_STOP = re.compile(r"[，。；：？！、”…,;?!]")
SENTENCE_END = re.compile(r"[。！？；…!?;][”』」’）)]*")


# -- text


def words(opened: Opened, block: str, fields: Fields) -> Wanted:
    """New words and kind of a block; every line becomes a block, and no line deletes it."""
    n = _number(opened, block)
    kind, level = _kind(fields, opened.manuscript.pieces[n])
    lines = [_clean(line) for line in fields.get("text", "").split("\n")]
    new = [Piece(kind, line, None, level) for line in lines if line.strip(CELL + " ")]
    pieces = opened.manuscript.pieces
    if not new and len(pieces) == 1:
        raise Refused(say("文章不能没有正文。"))
    return replace(opened.wanted, pieces=(*pieces[:n], *new, *pieces[n + 1 :]))


def join(opened: Opened, block: str, fields: Fields) -> Wanted:
    """A block and the one after it, or before it, as one."""
    n = _number(opened, block) - (fields.get("with") == "before")
    pieces = opened.manuscript.pieces
    if not 0 <= n < len(pieces) - 1:
        raise Refused(say("那一边没有段落可以合并。"))
    first, second = pieces[n], pieces[n + 1]
    latin = first.text[-1:].isascii() and second.text[:1].isascii()
    one = Piece(first.kind, first.text + (" " if latin else "") + second.text, None, first.level)
    return replace(opened.wanted, pieces=(*pieces[:n], one, *pieces[n + 2 :]))


def split(opened: Opened, block: str, fields: Fields) -> Wanted:
    """A block in two, after one of its sentences."""
    n, at = _number(opened, block), fields.get("at", "")
    piece = opened.manuscript.pieces[n]
    if not at.isdecimal() or not at.isascii() or int(at) not in sentence_ends(piece.text):
        raise Refused(say("请选在哪一句之后断开。"))
    halves = (piece.text[: int(at)].strip(), piece.text[int(at) :].strip())
    new = [Piece(piece.kind, half, None, piece.level) for half in halves]
    pieces = opened.manuscript.pieces
    return replace(opened.wanted, pieces=(*pieces[:n], *new, *pieces[n + 1 :]))


def restore(opened: Opened, _: str, fields: Fields) -> Wanted:
    """The text of an earlier revision; title, date and corrections stay."""
    n = fields.get("revision", "")
    revision = next((r for r in opened.manuscript.ledger.revisions if str(r.n) == n), None)
    if revision is None:
        raise Refused(say("没有这一次修订。"))
    pieces = tuple(Piece(b.kind, b.text, None, b.level) for b in revision.places)
    return replace(opened.wanted, pieces=pieces)


def sentence_ends(text: str) -> list[int]:
    """Where a text can be split: after its sentences, but the last."""
    return [m.end() for m in SENTENCE_END.finditer(text) if text[m.end() :].strip()]


# -- header


def facts(opened: Opened, _: str, fields: Fields) -> Wanted:
    """Title, date and the other facts of the header."""
    header = opened.manuscript.header
    known = {f.name for f in fields_of(header)}
    values: dict[str, object] = {k: _clean(fields[k]) for k in FACTS if k in fields and k in known}
    values |= {k: fields.get(k) == "1" for k in _TICKS}
    changed = replace(header, **values)  # type: ignore[arg-type]
    if not changed.title:
        raise Refused(say("请写上题目。"))
    check_header(changed, "article.md")
    return replace(opened.wanted, header=changed)


def author(opened: Opened, _: str, fields: Fields) -> Wanted:
    """The author of the whole text."""
    return replace(
        opened.wanted, header=replace(opened.manuscript.header, author=_clean(fields.get("author", "")))
    )


# -- quotations


def quotation(opened: Opened, block: str, fields: Fields) -> Wanted:
    """Another speaker, extent or type of a quotation, or none at all."""
    meant = _quotation(opened, block, fields)
    text = opened.blocks[_number(opened, block)].text
    old = text[meant.start : meant.end]
    key = _key(opened, meant)
    if fields.get("speech") == "no":
        to = _with(opened, Correction(words=key, speech=False))
        return _tried(opened, to, lambda q: (q.block, q.span) != (block, meant.span), wanted=False)
    speaker, kind = _speaker(fields), _type(fields, meant.type)
    new = _clean(fields.get("words", "")) or old
    if new == old and kind == meant.type:
        names = {s.id: s.name for s in opened.document.speakers}
        if speaker == (names.get(meant.speaker) if meant.speaker else None):
            return opened.wanted
        return _tried_speaker(
            opened, _with(opened, Correction(words=key, speaker=speaker)), block, old, speaker
        )
    if new not in text:
        raise Refused(say("这一段里没有这些字：%(words)s", words=new[:40]), say("请照抄原文里连着的字。"))
    pair = (Correction(words=old, speech=False), Correction(words=new, speaker=speaker, type=kind))
    return _tried_speaker(opened, _with(opened, *pair), block, new, speaker, kind)


def missed(opened: Opened, block: str, fields: Fields) -> Wanted:
    """A quotation that annotation missed."""
    new = _clean(fields.get("words", ""))
    if not new or new not in opened.blocks[_number(opened, block)].text:
        raise Refused(say("这一段里没有这些字：%(words)s", words=new[:40]), say("请照抄原文里连着的字。"))
    speaker, kind = _speaker(fields), _type(fields, "direct")
    to = _with(opened, Correction(words=new, speaker=speaker, type=kind))
    return _tried_speaker(opened, to, block, new, speaker)


def paragraph(opened: Opened, block: str, fields: Fields) -> Wanted:
    """All words of a paragraph belong to one speaker, or it has no speaker."""
    _number(opened, block)
    spoken = fields.get("speech") != "no"
    speaker = _speaker(fields)
    made = (
        Correction(paragraph=block, speaker=speaker) if spoken else Correction(paragraph=block, speech=False)
    )
    rest = tuple(c for c in opened.manuscript.corrections if c.paragraph != block)
    return replace(opened.wanted, corrections=(*rest, made))


def speaker(opened: Opened, _: str, fields: Fields) -> Wanted:
    """A speaker's role and kind, and which person it is."""
    name = fields.get("name", "")
    known = next((s for s in opened.document.speakers if s.name == name), None)
    if known is None:
        raise Refused(say("文中没有这位说话人：%(name)s", name=name[:40]))
    kind = fields.get("kind", "")
    if kind and kind not in get_args(SpeakerKind):
        raise Refused(say("没有这一种说话人。"))
    before = next((c for c in opened.manuscript.corrections if _about(c, known.name, known.id)), Correction())
    role, person = _clean(fields.get("role", "")), _clean(fields.get("person", ""))
    # To choose the person of a doubtful link confirms it; "" leaves it as it is.
    same_person = not person or (not known.doubt and person == (known.id if known.recorded else "-"))
    made = Correction(
        speaker=name,
        role=role if role != (known.role or "") else before.role,
        kind=cast(SpeakerKind, kind) if kind and kind != known.kind else before.kind,
        person=before.person if same_person else person,
    )
    rest = tuple(c for c in opened.manuscript.corrections if not _about(c, known.name, known.id))
    if made == Correction(speaker=name):
        return replace(opened.wanted, corrections=rest)
    to = replace(opened.wanted, corrections=(*rest, made))
    if opened.as_wanted(to).speakers == opened.document.speakers:
        raise Refused(say("这样改没有效果。"), say("请看看名字和人物编号。"))
    return to


def drop(opened: Opened, _: str, fields: Fields) -> Wanted:
    """Without one of the corrections."""
    n, all_ = fields.get("n", ""), opened.manuscript.corrections
    if not (n.isascii() and n.isdigit()) or int(n) >= len(all_):
        raise Refused(say("没有这一条订正。"))
    return replace(opened.wanted, corrections=(*all_[: int(n)], *all_[int(n) + 1 :]))


def _about(c: Correction, name: str, id: str) -> bool:
    return not c.words and not c.paragraph and c.speaker in (name, id)


def _with(opened: Opened, *new: Correction) -> Wanted:
    """The article with more corrections; a repeated one about the same words replaces the first."""
    first = new[0]
    before = opened.manuscript.corrections
    same = [c for c in before if c.words and c.words == first.words]
    if len(same) == 1 and same[0].speech and first.words:
        before = tuple(c for c in before if c is not same[0])
    return replace(opened.wanted, corrections=(*before, *new))


def _tried_speaker(
    opened: Opened, to: Wanted, block: str, words: str, speaker: str | None, kind: str = ""
) -> Wanted:
    """A change after which a quotation holds these words and has this speaker."""
    document = opened.as_wanted(to)
    text = {b.id: b.text for b in document.blocks}
    names = {s.id: {s.id, s.name, *s.aliases} for s in document.speakers}

    def right(q: Quotation) -> bool:
        said = text[q.block][q.start : q.end]
        owner = names.get(q.speaker, set()) if q.speaker else set()
        by = speaker in owner if speaker is not None else q.speaker is None
        return q.block == block and words in said and by and (not kind or (said == words and q.type == kind))

    return _tried(opened, to, right)


def _tried(opened: Opened, to: Wanted, right: Callable[[Quotation], bool], *, wanted: bool = True) -> Wanted:
    found = opened.as_wanted(to).quotations
    if any(map(right, found)) if wanted else all(map(right, found)):
        return to
    raise _without_effect()


def _without_effect() -> Refused:
    return Refused(
        say("这样改没有效果：同样的字句在前面也出现，或在另一处引语里面。"),
        say("请选别的字句，或把整段归给一个人。"),
    )


def _quotation(opened: Opened, block: str, fields: Fields) -> Quotation:
    span = (fields.get("start", ""), fields.get("end", ""))
    for q in opened.document.quotations:
        if q.block == block and (str(q.start), str(q.end)) == span:
            return q
    raise Refused(say("这一处引语已经不是这样了。"), say("请重新载入这一段再改。"))


def _key(opened: Opened, meant: Quotation) -> str:
    """The shortest beginning of a quotation that names it: no other words of the text do."""
    text = {b.id: b.text for b in opened.blocks}
    said = text[meant.block][meant.start : meant.end]
    ends = [m.start() for m in _STOP.finditer(said) if m.start() >= _SHORTEST]
    for end in (*ends, len(said)):
        if _means(opened.document.quotations, opened.blocks, said[:end], meant):
            return said[:end]
    raise _without_effect()


def _means(quotations: Sequence[Quotation], blocks: Sequence[Block], words: str, meant: Quotation) -> bool:
    """Whether a correction with these words is about this quotation; see `app.text.quotes`."""
    first = next((b for b in blocks if words in b.text), None)
    if first is None or first.id != meant.block:
        return False
    start = first.text.index(words)
    around = [
        q for q in quotations if q.block == meant.block and q.start <= start and start + len(words) <= q.end
    ]
    return min(around, key=lambda q: q.end - q.start, default=None) == meant


def _speaker(fields: Fields) -> str | None:
    return _clean(fields.get("speaker", "")) or None


def _type(fields: Fields, otherwise: QuotationType) -> QuotationType:
    kind = fields.get("type", "") or otherwise
    if kind not in get_args(QuotationType):
        raise Refused(say("没有这一种引语。"))
    return cast(QuotationType, kind)


def _kind(fields: Fields, piece: Piece) -> tuple[Kind, int]:
    kind = fields.get("kind", "") or piece.kind
    if kind not in KINDS:
        raise Refused(say("没有这一种段落。"))
    level = fields.get("level", "")
    levels = int(level) if level in ("2", "3", "4", "5", "6") else piece.level or 2
    return kind, levels if kind == "heading" else 0


def _number(opened: Opened, block: str) -> int:
    n = opened.number(block)
    if n < 0:
        raise Refused(say("文章里现在没有这一段：%(id)s", id=block[:8]), say("请回到文章，看看它去了哪里。"))
    return n


def _clean(text: str) -> str:
    """One line without control characters and without white space around it, but see `CELL`."""
    plain = "".join(c if c.isprintable() or c == CELL else " " for c in text)
    return re.sub(" {2,}", " ", plain).strip(" \u00a0")
