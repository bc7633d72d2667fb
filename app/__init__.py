"""眉批 Meipi: an annotated reader for Chinese text.

The package is a ladder of few modules; imports point down it only (`tests/test_layers.py`):
`model errors` < `settings urls text` < `content index` < `library` < `pages` < `web api` < `main cli`.
"""

__version__ = "0.1.0"
