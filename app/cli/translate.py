"""`meipi translate`: translations of articles, from a file or to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.console import Context, common_options, pass_context, print_json, read_bytes
from app.cli.language import argument, command, option, say
from app.content.translation_file import KINDS
from app.i18n import mark
from app.library.library import ENGLISH
from app.library.translating import Fitted
from app.model import LANGUAGE, ArticleId, Translation, TranslationKind
from app.text.bilingual import UNSURE

# Characters shown of a paragraph.
_SHOWN = 36


def _language(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not LANGUAGE.fullmatch(value):
        raise click.BadParameter(say("%(value)s 不是语言标签；请写 en 或 pt-BR", value=value))
    return value


@command(
    help=mark(
        "给文章加译文：把一份译文与原文逐段对齐，或写出待填的译文文件。\n\n"
        "译文写在文章的文件夹里，名字是语言标签，例如 en.md；拿不准的段落标有 .unsure，供人核对。\n\n"
        "例：meipi translate kechuang english.docx --kind published --translator 译者；"
        "meipi translate kechuang --template en"
    )
)
@argument("article", metavar=mark("文章编号"))
@argument("file", required=False, type=click.Path(path_type=Path), metavar=mark("[文件]"))
@option(
    "--template",
    "wanted",
    callback=_language,
    metavar=mark("语言标签"),
    help=mark("写出这种语言的译文文件，缺译的段落留空并附原文；已有的译文保留。"),
)
@option(
    "--into",
    "lang",
    default=ENGLISH,
    callback=_language,
    metavar=mark("语言标签"),
    help=mark("译文的语言。默认 en。"),
)
@option("--kind", type=click.Choice(KINDS), help=mark("译文的性质：官方、已发表、编者自译、机器辅助。"))
@option("--translator", default="", help=mark("译者。"))
@option("--source", default="", help=mark("译文的网址。"))
@option("--licence", default="", help=mark("译文的许可。"))
@option("--replace", "replaced", is_flag=True, help=mark("覆盖已有的译文。"))
@option("--dry-run", is_flag=True, help=mark("只显示对齐的结果，不写入。"))
@option("--json", "as_json", is_flag=True, help=mark("输出一个 JSON 对象。"))
@common_options
@pass_context
def translate(
    context: Context,
    article: str,
    file: Path | None,
    wanted: str | None,
    lang: str,
    kind: TranslationKind | None,
    translator: str,
    source: str,
    licence: str,
    replaced: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Align a translation with an article, or write a file to fill in."""
    if (file is None) == (wanted is None):
        raise click.UsageError(say("请给出译文文件，或用 --template 写出待填的文件"))
    library = context.library()
    with context.failing():
        if wanted is not None:
            written = library.translation_template(ArticleId(article), wanted)
            click.echo(say("已写入 %(path)s；译完请运行 meipi check", path=written))
        elif file is not None:
            head = Translation(lang, kind or None, translator=translator, source=source, licence=licence)
            fitted = library.translate(
                ArticleId(article), str(file), read_bytes(file), head, replaced=replaced, dry_run=dry_run
            )
            if as_json:
                print_json(as_values(fitted))
            else:
                print_fitted(fitted)
                if not dry_run:
                    path = library.content.root / "articles" / article / f"{lang}.md"
                    click.echo(say("已写入 %(path)s", path=path))
    context.finish()


def as_values(fitted: Fitted) -> dict[str, object]:
    """The alignment as plain values: for each bead the ids, the numbers of the paragraphs, how sure it is."""
    ids = [b.id for b in fitted.document.blocks]
    return {
        "beads": [
            {
                "blocks": [ids[i] for i in bead.blocks],
                "paragraphs": [j + 1 for j in bead.paragraphs],
                "confidence": bead.sure,
                "moved": bead.moved,
            }
            for bead in fitted.beads
        ],
        "missing": [b.id for b in fitted.missing],
        "left": [p.text for p in fitted.left],
    }


def print_fitted(fitted: Fitted) -> None:
    """Print how many paragraphs were placed, and every one that an editor has to look at."""
    blocks = fitted.document.blocks
    placed = say("译文 %(n)s 段，原文 %(m)s 段", n=len(fitted.words), m=len(blocks))
    click.echo(placed + say("；没有译文的 %(n)s 段", n=len(fitted.missing)))
    for bead in fitted.beads:
        if bead.blocks and bead.paragraphs and (bead.moved or bead.sure < UNSURE):
            block = blocks[bead.blocks[0]]
            words = next((w.text for w in fitted.words if w.id == block.id), "")
            line = mark("  拿不准（%(sure)s）：%(id)s %(zh)s ↔ %(en)s")
            sure = format(bead.sure, ".0%")
            click.echo(say(line, sure=sure, id=block.id, zh=_short(block.text), en=_short(words)))
    for block in fitted.missing:
        click.echo(say("  没有译文：%(id)s %(zh)s", id=block.id, zh=_short(block.text)))
    for piece in fitted.left:
        click.echo(say("  没有原文的译文，写在文件末尾：%(en)s", en=_short(piece.text)))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
