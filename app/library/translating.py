"""Makes the files of translations: to be filled in, or from a text that is aligned with the Chinese."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.content.store import Content, Manuscript
from app.content.translation_file import TranslationFile, format_translation
from app.dictionary.language import Language
from app.errors import ContentError
from app.i18n import worded
from app.library.annotating import annotated
from app.model import ArticleId, Block, BlockId, Document, Piece, TermId, Translation
from app.model import Term as Entry
from app.text.annotator import Annotator
from app.text.bilingual import Aligner, Bead, Glosses, language_of, looks_heading, stems
from app.text.translation import Words


@dataclass(frozen=True, slots=True)
class Fitted:
    """A translation set against its article.

    Attributes:
        words: for each block that has a translation.
        beads: which paragraphs became the translation of which blocks, and how sure that is.
        missing: blocks without a translation.
        left: paragraphs that translate no block.
        title: a heading before the first paragraph, "" if there is none.
        lang: the language of the paragraphs.
    """

    document: Document
    words: tuple[Words, ...]
    beads: tuple[Bead, ...]
    missing: tuple[Block, ...]
    left: tuple[Piece, ...]
    title: str = ""
    lang: str = "en"


def fit(
    document: Document, terms: Mapping[TermId, Entry], paragraphs: Sequence[Piece], glosses: Glosses | None
) -> Fitted:
    """Align the paragraphs of a translation with a document."""
    title = ""
    if paragraphs and looks_heading(paragraphs[0]) and document.blocks[0].kind != "heading":
        title, paragraphs = paragraphs[0].text, paragraphs[1:]
    aligner = Aligner(document, terms, paragraphs, glosses)
    beads = aligner.beads()
    words = aligner.placed(beads)
    done = {w.id for w in words}
    return Fitted(
        document,
        words,
        beads,
        tuple(b for b in document.blocks if b.id not in done and b.kind != "furniture"),
        tuple(paragraphs[j] for bead in beads if not bead.blocks for j in bead.paragraphs),
        title,
        language_of(paragraphs),
    )


def glosses_from(language: Language) -> Glosses | None:
    """The meanings of words in the dictionary; None if it is not installed."""
    if not language.has_dictionary:
        return None

    def look_up(words: Collection[str]) -> dict[str, frozenset[str]]:
        entries = {word: language.dictionary.entries(word) for word in words}
        return {
            word: frozenset[str]().union(*(stems(m) for entry in found for m in entry.meanings))
            for word, found in entries.items()
        }

    return look_up


def file_of(fitted: Fitted, head: Translation) -> str:
    """The file of a fitted translation; missing Chinese and paragraphs left over are quoted."""
    document = fitted.document
    words = {w.id: w for w in fitted.words}
    texts = [words.get(b.id, Words(b.id, "")) for b in document.blocks if b.kind != "furniture"]
    left = [p.text for p in fitted.left]
    return format_translation(
        TranslationFile(head, tuple(texts), ""),
        _headings(document.blocks),
        revision=document.revision,
        chinese={b.id: b.text for b in fitted.missing},
        left=left,
    )


def template(manuscript: Manuscript, annotator: Annotator, lang: str) -> str:
    """The file of a translation with every paragraph: translated ones as they are, others to be filled in.

    Words whose Chinese moved are set under the present id; those whose Chinese is gone are kept, quoted.
    """
    document, ledger = annotated(annotator, manuscript)
    file = next((f for f in manuscript.translations if f.head.lang == lang), None)
    head = file.head if file else Translation(lang)
    carried = file.carried(ledger) if file else None
    have = {b.block: b for b in carried.blocks} if carried else {}
    by_hand = {w.id: w for w in file.texts} if file else {}
    orphans = [by_hand[id].text for id in carried.orphans] if carried else []
    texts, chinese = list[Words](), dict[BlockId, str]()
    for block in document.blocks:
        if block.kind == "furniture":
            continue
        known = have.get(block.id)
        if known is None or known.doubt:
            chinese[block.id] = block.text
        if known is None:
            texts.append(Words(block.id, ""))
        else:
            unsure = known.doubt == "unsure"
            terms = by_hand[block.id].terms if block.id in by_hand and known.doubt != "merged" else ()
            texts.append(Words(block.id, known.text, known.revision, terms, unsure))
    revisions = [w.revision for w in texts if w.revision]
    return format_translation(
        TranslationFile(head, tuple(texts), ""),
        _headings(document.blocks),
        revision=max(revisions, default=document.revision),
        chinese=chinese,
        left=orphans,
    )


def refuse_to_overwrite(content: Content, id: ArticleId, lang: str) -> None:
    """Refuse to import a translation over one that has words already.

    Raises:
        NotFound: the article does not exist.
        ContentError: A07.
    """
    content.folder(id)
    for path, data in content.translations(id).items():
        if path.stem == lang and data.strip():
            remedy = worded("rename it, or give --replace")
            raise ContentError(str(path), 0, "A07", "the article has this translation already", remedy)


def _headings(blocks: Sequence[Block]) -> dict[BlockId, int]:
    return {b.id: b.level or 2 for b in blocks if b.kind == "heading"}
