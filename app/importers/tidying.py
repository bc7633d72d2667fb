"""Names the kinds of blocks that formats leave open: captions, bylines, numbered headings, notes.

What accounts print around every article is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.i18n import Message, worded
from app.model import CELL, Piece
from app.text.reflow import kinds_alone

# 一、 （一） 第三章 3.1
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、]|第[一二三四五六七八九十\d]{1,4}[章节篇编部]|\d{1,2}(?:\.\d{1,2}){1,3}\s"
)
_LONE_NUMBER = re.compile(r"0?\d{1,2}|[一二三四五六七八九十]{1,3}|PART\.?\s*\d{1,2}", re.IGNORECASE)
# What accounts print around every article.
_PHRASE = re.compile(
    r"[\W_]*(?:点击(?:上方|下方|蓝字|左下角|右下角|关注|名片|卡片).{0,24}|(?:点个|点亮|戳个|求个)\W{0,3}(?:在看|赞|星标|小花).{0,20}|长按.{0,16}(?:二维码|识别).{0,16}|(?:扫码|扫一扫).{0,20}"
    r"|(?:-|—|·|\s)*(?:(?:THE\s+)?END|全文完|完)(?:-|—|·|\s)*|(?:喜欢|觉得不错|如果喜欢).{0,16}(?:在看|点赞|转发|赞).{0,10}"
    r"|(?:分享|收藏|点赞|在看|转发|、|，|点个|求|三连)+|(?:关注|设为星标|星标).{0,14}(?:公众号|我们|不迷路|精彩)"
    r"|阅读原文|点击阅读原文|往期(?:推荐|回顾|精选)|继续滑动看下一个|轻触阅读原文|向上滑动看下一个|知道了|赞赏作者|微信扫一扫.{0,12}"
    # What portals and electronic newspapers print around theirs.
    r"|(?:分享|转发)(?:到|至)?[：:\s]*(?:新浪|腾讯)?(?:微博|微信|QQ空间|QQ|QQ好友|朋友圈|豆瓣|复制链接|更多|[、\s]|新浪|腾讯)+"
    r"|(?:字号|字体|字體)?[：:\s]*(?:(?:放大|缩小|默认|大|中|小|打印|收藏|关闭)[\s|/+\-]*){2,6}"
    r"|(?:上一篇|下一篇|上一版|下一版|[\s|])+)[\W_]*",
    re.IGNORECASE,
)
_DECORATION = re.compile("[\\s*=~·•_+|◆◇■□●○★☆※▪▼▲▽△❖☀-➿\ufe0f\u200d\U0001f000-\U0001faff]+")
_LONGEST_PHRASE = 36
_CITED = re.compile(r"[\[〔【]\d{1,3}[\]〕】]|[①-⑳]")


def tidy(pieces: Sequence[Piece], *, told: bool) -> tuple[tuple[Piece, ...], tuple[Message, ...]]:
    """The pieces with their kinds, and a note on phrases left out.

    Args:
        pieces: all blocks of a file.
        told: the format tells blocks apart; else reflow found them, and their kinds with them.
    """
    pieces = [_in_cells(p) if p.kind == "table" else p for p in pieces]
    kept = [p for p in pieces if not (len(p.text) <= _LONGEST_PHRASE and _is_call(p.text))]
    notes = []
    if len(kept) < len(pieces):
        left = [p.text for p in pieces if p not in kept]
        words = "／".join(left)[:80]
        notes.append(worded("略去公众号套话 %(n)s 行：%(words)s", n=len(left), words=words))
    if told:
        kept = _numbered_headings(_with_kinds(kept))
    return tuple(_with_notes(kept)), tuple(notes)


def _is_call(text: str) -> bool:
    """Whether a line calls on readers, or is decoration: 🚰🚰🚰, * * *."""
    return _PHRASE.fullmatch(text) is not None or _DECORATION.fullmatch(text) is not None


def _in_cells(piece: Piece) -> Piece:
    """A row of a table that reflow found by its tabs; U+2060 marks an empty cell."""
    if "\t" not in piece.text:
        return piece
    cells = [" ".join(cell.replace("\u2060", "").split()) for cell in piece.text.split("\t")]
    return replace(piece, text=CELL.join(cells))


def _with_kinds(pieces: list[Piece]) -> list[Piece]:
    """Captions, bylines and numbered headings among the plain paragraphs."""
    level = max((p.level for p in pieces), default=0) or 1
    made = []
    for piece, kind in zip(pieces, kinds_alone([p.text for p in pieces]), strict=True):
        numbered = kind == "heading" and _NUMBERED.match(piece.text)
        if piece.kind in ("paragraph", "list") and numbered:
            deeper = level + 2 if piece.text[0] in "（(" else level + 1
            made.append(replace(piece, kind="heading", level=min(deeper, 6)))
        elif piece.kind == "paragraph" and kind in ("caption", "byline", "furniture"):
            made.append(replace(piece, kind=kind))
        else:
            made.append(piece)
    return made


def _numbered_headings(pieces: list[Piece]) -> list[Piece]:
    """Headings with a number of their own line: 01, then 河边的人."""
    made: list[Piece] = []
    for piece in pieces:
        above = made[-1] if made else None
        alone = above is not None and len(above.text) < 8 and _LONE_NUMBER.fullmatch(above.text)
        if piece.kind == "heading" and above is not None and alone:
            lines = above.lines and piece.lines and (above.lines[0], piece.lines[1])
            made[-1] = replace(piece, text=f"{above.text}　{piece.text}", lines=lines)
        else:
            made.append(piece)
    return made


def _with_notes(pieces: list[Piece]) -> list[Piece]:
    """Blocks at the end that begin with a mark that the text cites: ① 见县志。"""
    marks = [_CITED.match(p.text) for p in pieces]
    cited = {found[0] for p in pieces for found in _CITED.finditer(p.text) if found.start()}
    last = max((n for n, p in enumerate(pieces) if not marks[n] and _CITED.search(p.text)), default=-1)
    made: list[Piece] = []
    for n, p in enumerate(pieces):
        mark = marks[n]
        known = mark and (mark[0] in cited or (made and made[-1].kind == "note"))  # [2] may be cited as [2,3]
        noted = known and n > last >= 0 and p.kind in ("paragraph", "list", "heading")
        made.append(replace(p, kind="note", level=0) if noted else p)
    return made
