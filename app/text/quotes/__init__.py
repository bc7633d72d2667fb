"""Who says what: quotations, their extents, types and speakers.

`attribution` is the main entry. Modules are imported at first use: most pages need none of the word lists.
"""

from typing import TYPE_CHECKING

from app.late import late

if TYPE_CHECKING:
    from app.text.quotes import attribution as attribution
    from app.text.quotes import corrections as corrections
    from app.text.quotes import names as names

__all__ = ["attribution", "corrections", "names", "people"]
__getattr__ = late(__name__, __all__)
