"""How a text is displayed, as the query of its address says: marks, pinyin, script, language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from msgspec import Struct, structs

from app.i18n import CHOICES, Locale
from app.text.readings.script import Script

Marks = Literal["none", "core", "all"]
MARKS: tuple[Marks, ...] = ("none", "core", "all")


class DisplayOptions(Struct, frozen=True):
    """The display options of an address.

    Attributes:
        marks: which terms are marked; "" where the address does not say.
        pinyin: readings over the words; None where the address does not say.
        script: hans or hant; "" for the text's own.
        translation: with the translation; None where the address does not say.
        lang: of the interface; "" where the address does not say.
    """

    marks: Marks | Literal[""] = ""
    pinyin: bool | None = None
    script: Script | Literal[""] = ""
    lang: Locale | Literal[""] = ""
    translation: bool | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> DisplayOptions:
        """Read the options from a query. Unknown values are ignored."""

        def one(key: str, choices: Iterable[str]) -> Any:
            return value if (value := query.get(key, "")) in choices else ""

        pinyin, translation = one("pinyin", ("0", "1")), one("translation", ("0", "1"))
        return cls(
            one("marks", MARKS),
            pinyin == "1" if pinyin else None,
            one("script", ("hans", "hant")),
            one("lang", CHOICES),
            translation == "1" if translation else None,
        )

    def query(self, **changes: Any) -> str:
        """The query for these options with changes; options without a value are left out."""
        m = structs.replace(self, **changes)
        values = {
            "marks": m.marks,
            "pinyin": "" if m.pinyin is None else str(int(m.pinyin)),
            "script": m.script,
            "translation": "" if m.translation is None else str(int(m.translation)),
            "lang": m.lang,
        }
        return "?" + urlencode({k: v for k, v in values.items() if v})


PLAIN = DisplayOptions()
