"""The site as files, for any file host: the same pages at the same addresses.

`/a/x/` becomes the file `a/x/index.html`. A host serves one file for all queries of an address, so links
with a query lead elsewhere (`links`): further pages of a list have addresses of their own, and a speaker's
words in one article lead to that article's page of speakers. Search runs in the browser (`search`).

The files of an article are made again only when the article, the glossary, the people, the templates or the
program changed. All other files are made every time and written when their bytes differ. Files that only an
earlier export wrote are removed; nothing else is.
"""

from app.export.site.publish import Published, publish

__all__ = ["Published", "publish"]
