"""The folder content/: articles, glossary and people as plain files.

`ArticleFiles` reads the files of articles and is all that a web worker needs. `store.Content` adds what
brings Markdown and YAML: parsing, writing, glossary and people.
"""

from app.content.articles import ArticleFiles
from app.content.findings import Finding

__all__ = [
    "ArticleFiles", "Finding", "article_file", "check", "entries", "files", "git", "glossary_file",
    "people_file", "rewriting", "series_files", "snapshot", "store", "translation_file", "yaml_file",
]  # fmt: skip
