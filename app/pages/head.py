"""The head of a page: title, description and addresses for browsers, search engines and previews."""

from __future__ import annotations

from typing import Any

from app import urls
from app.model import BlockId, Document
from app.pages.article import DocumentView, signed
from app.pages.citations import names
from app.pages.contexts import Meta
from app.pages.resources import Resources

# Quotations that the data of an article names.
_QUOTATIONS = 50


def meta(
    res: Resources,
    title: str,
    description: str,
    path: str,
    *,
    canonical: str = "",
    og_title: str = "",
    **more: Any,
) -> Meta:
    """A page's head.

    Args:
        title: of the page, without the site's name.
        description: one or two sentences.
        path: of the page, "" for a page without an address of its own.
        canonical: path of the page that search engines should index in its place.
        og_title: the title by default.
        more: further fields of `Meta`.
    """
    return Meta(
        title=title if title == res.site_name else f"{title} · {res.site_name}",
        description=description,
        canonical=res.absolute(canonical or path) if path else "",
        og_title=og_title or title,
        og_description=description,
        og_url=res.absolute(path) if path else "",
        **more,
    )


def news_article_data(res: Resources, document: Document) -> dict[str, Any]:
    """An article as schema.org data."""
    h = document.header
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": res.absolute(urls.article(h.id)),
        "headline": h.title,
        "inLanguage": h.lang,
        "url": res.absolute(urls.article(h.id)),
    }
    # Machines cannot see 约, so they get no approximate date.
    if h.date and not h.circa:
        data["datePublished"] = h.date
    if document.saved_at:
        data["dateModified"] = document.saved_at
    if h.publication:
        data["publisher"] = {"@type": "Organization", "name": h.publication}
    if authors := names(h.author):
        data["author"] = [{"@type": "Person", "name": name} for name in authors]
    quoted = list(dict.fromkeys(q.block for q in document.quotations if signed(q)))
    if quoted:
        parts = [res.absolute(urls.block(h.id, id)) for id in quoted[:_QUOTATIONS]]
        data["hasPart"] = [{"@type": "Quotation", "@id": f"{part}#quotation", "url": part} for part in parts]
    return data


def quotations_data(res: Resources, view: DocumentView, id: BlockId) -> dict[str, Any] | None:
    """The signed quotations of a paragraph as schema.org data; None if there are none."""
    h = view.document.header
    here = res.absolute(urls.block(h.id, id))
    graph: list[dict[str, Any]] = []
    for q in view.quotations.get(id, ()):
        speaker = view.speaker(q.speaker)
        if speaker is None or not signed(q):
            continue
        person: dict[str, Any] = {
            "@type": "Person" if speaker.kind == "person" else "Organization",
            "name": speaker.name,
        }
        if address := view.address(speaker.id):
            person["@id"] = res.absolute(address)
        if speaker.role and speaker.kind == "person":
            person["jobTitle"] = speaker.role
        graph.append(
            {
                "@type": "Quotation",
                "@id": f"{here}#quotation" + (f"-{len(graph) + 1}" if graph else ""),
                "text": view.certain_words(q),
                "spokenByCharacter": person,
                "isPartOf": res.absolute(urls.article(h.id)),
                "url": here,
                "inLanguage": h.lang,
            }
        )
    return {"@context": "https://schema.org", "@graph": graph} if graph else None
