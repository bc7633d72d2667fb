"""The translation of an article on its pages: which one, and its paragraphs with the terms marked."""

from __future__ import annotations

from app import urls
from app.i18n import is_chinese, locale, mark, say
from app.model import BlockId, Document, Knowledge, Span, TermId, TranslatedBlock, Translation
from app.pages.options import DisplayOptions, Marks
from app.pages.views import Switch, TermRef, TranslatedView, TranslationView
from app.text.inline import inline
from app.text.terms.facts import date_words

_DOUBT = {
    "changed": mark("原文后来改过，译文可能不合"),
    "split": mark("原文后来分成几段，译文仍是整段"),
    "merged": mark("原文后来并入了别的段，译文是两段合起来的"),
    "unsure": mark("译文是程序对上的，还没有核对"),
}
_KIND = {
    "official": mark("官方译文"),
    "published": mark("已发表的译文"),
    "editorial": mark("编者译文，非官方"),
    "machine-assisted": mark("机器辅助译文，非官方"),
    None: mark("译文，来源未注明"),
}


def chosen(document: Document, options: DisplayOptions) -> Translation | None:
    """The translation that a page shows: where it is asked for, and on pages in its language."""
    best = _best(document)
    if best is None or options.translation is False:
        return None
    return best if options.translation or _usual(document, best) else None


def _best(document: Document) -> Translation | None:
    """The translation into the language of the page, else into English, else the first.

    A translation for one country, such as en-GB, comes after that into the language itself.
    """

    def rank(t: Translation) -> tuple[bool, bool, int]:
        return _language(t) != locale(), _language(t) != "en", len(t.lang)

    return min((t for t in document.translations if t.blocks), key=rank, default=None)


def _language(translation: Translation) -> str:
    return translation.lang.partition("-")[0]


def _usual(document: Document, translation: Translation) -> bool:
    """Whether a page shows this translation without being asked; a pasted text came with it."""
    if document.header.id == urls.PASTED:
        return True
    return not is_chinese() and _language(translation) == locale()


def switch(document: Document, options: DisplayOptions) -> tuple[Switch, ...]:
    """The link that shows the translation, or hides it; none without a translation."""
    best = _best(document)
    if best is None:
        return ()
    on = chosen(document, options) is not None
    value = "" if (not on) == _usual(document, best) else str(int(not on))
    href = options.query(translation=None if value == "" else not on)
    return (Switch("translation", say("译文"), href, value, str(int(on)), on),)


def facts(translation: Translation) -> TranslationView:
    """The facts of a translation for a page: translator, kind, source and the like."""
    return TranslationView(
        translation.lang,
        say(_KIND[translation.kind]),
        translation.translator,
        date_words(translation.date),
        translation.licence,
        translation.source,
        translation.note,
    )


def credit(translation: Translation) -> str:
    """The facts of a translation in one line."""
    facts_ = facts(translation)
    found = (facts_.kind, facts_.translator, facts_.date, facts_.licence, facts_.source)
    return " · ".join(filter(None, found))


def alternates(document: Document, address: str) -> tuple[tuple[str, str], ...]:
    """The languages of an article with the addresses that show them; none without a translation.

    Args:
        address: its absolute address.
    """
    if _best(document) is None:
        return ()
    english = (t.lang for t in document.translations if _language(t) == "en" and t is _best(document))
    query = DisplayOptions(lang="en").query()
    return ((document.header.lang, address), *((lang, address + query) for lang in english))


def words_of(document: Document, id: BlockId) -> tuple[str, str] | None:
    """The translation of a paragraph for its share image, and what kind of translation it is."""
    best = _best(document)
    found = best.of(id) if best else None
    return (found.text, say(_KIND[best.kind])) if best and found else None


def quote(translation: Translation, id: BlockId, title: str, link: str) -> str:
    """The translation of a paragraph, ready to copy, with its kind and source; "" without one."""
    found = translation.of(id)
    if found is None:
        return ""
    by = ", ".join(filter(None, (say(_KIND[translation.kind]), translation.translator)))
    return f"“{found.text}”\n{translation.title or title} ({by})\n{link}"


def translated(
    block: TranslatedBlock, lang: str, knowledge: Knowledge, refs: dict[TermId, TermRef], marks: Marks
) -> TranslatedView:
    """A translated paragraph; the first name of each term is marked, with `marks` "all" every one.

    Args:
        lang: of the translation.
        knowledge: terms that the glossary lacks are not marked.
        refs: the nodes of the terms that are not marked yet in this section; they are taken out.
    """
    spans = []
    for found in block.marks:
        ref = refs.get(found.term) if marks == "all" else refs.pop(found.term, None)
        if ref is not None and marks != "none" and knowledge.term(found.term):
            spans.append((Span(found.start, found.end), "term", ref))
    doubt = say(_DOUBT[block.doubt]) if block.doubt else ""
    return TranslatedView(lang, inline(block.text, spans), doubt)
