"""眉批 Meipi: an annotated reader for Chinese text.

Imports run one way, from `cli` down to `model`; `tests/test_layers.py` has the order of the folders, and
ARCHITECTURE.md says what each of them does.
"""

__version__ = "0.1.0"
