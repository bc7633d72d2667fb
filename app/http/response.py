"""An answer as bytes: its compressed forms, its headers, and how to send it."""

from __future__ import annotations

import gzip
import hashlib
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# The shapes of ASGI 3, as its specification names them.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)

SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


# For answers made from a reader's own text: not indexed, and their address not told to other sites.
NOT_KEPT = ((b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex"))

# The cookie of browsers in which an editor is signed in. It gives no rights: pages show links to /edit/.
READER_COOKIE = "meipi_editor"

# Browsers ask again each time, and get a 304 while nothing has changed.
REVALIDATE = b"no-cache"
PRIVATE = b"private, no-store"
FOREVER = b"public, max-age=31536000, immutable"


# Encodings in order of preference, each with a fast compressor for the first answer.
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": lambda data: zstd.compress(data, 6),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}


# The suffix in the ETag of the smallest form.
_BEST = "best"
# Bytes of a header that is kept in memory. Browsers send at most 40 in Accept-Encoding.
_MAX_KEPT_HEADER = 200


_COMPRESSED = re.compile(r"text/|application/(?:\w+\+)?(?:json|xml|javascript)|image/svg")


class Ready:
    """An answer as bytes, with the compressed forms that clients have asked for.

    Args:
        body: the answer, not compressed.
        status: of the answer; only a 200 gets an ETag.
        cache: the Cache-Control value.
        extra: further headers.
        by_language: another language of the reader gives another answer; always so for HTML.

    Attributes:
        hits: how often it was sent.
        recompressible: whether `recompress` may still make it smaller.
        answers: the final ASGI messages by Accept-Encoding header, for a few short headers.
        confirmed: the ASGI messages of a 304 by If-None-Match header; only headers that are an ETag of this
            answer are kept.
    """

    __slots__ = (
        "_body", "_compressible", "_forms", "_headers", "_recompressed", "answers", "confirmed", "digest",
        "hits", "recompressible", "status",
    )  # fmt: skip

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        status: int = 200,
        cache: bytes = REVALIDATE,
        extra: Sequence[tuple[bytes, bytes]] = (),
        by_language: bool = False,
    ) -> None:
        self.status = status
        self.digest = hashlib.sha256(body).hexdigest()[:20].encode()
        self.hits = 0
        self._body = body
        self._recompressed = False
        self._compressible = len(body) > 500 and _COMPRESSED.match(media_type) is not None
        self.recompressible = self._compressible
        given = {name for name, _ in extra}
        varies = by_language or "html" in media_type
        self._headers = (
            (b"content-type", media_type.encode()),
            (b"cache-control", cache),
            # A page without ?lang= is in the language of the reader.
            (b"vary", b"accept-encoding, accept-language" if varies else b"accept-encoding"),
            *(header for header in SECURITY_HEADERS if header[0] not in given),
            *extra,
        )
        self._forms: dict[str, tuple[Message, Message]] = {}
        self.answers: dict[bytes, tuple[Message, Message]] = {}
        self.confirmed: dict[bytes, tuple[Message, Message]] = {}

    def answer(self, accept: bytes) -> tuple[Message, Message]:
        """The ASGI messages for an Accept-Encoding header."""
        made = self.answers.get(accept)
        if made is None:
            encoding = accepted(accept) if accept else ""
            made = self.form(encoding)
            final = self._recompressed or not self._compressible or encoding != "br"
            # Browsers send a few different headers only.
            if final and len(self.answers) < 16 and len(accept) <= _MAX_KEPT_HEADER:
                self.answers[accept] = made
        return made

    def form(self, encoding: str) -> tuple[Message, Message]:
        """The two ASGI messages of this answer in one encoding; "" is not compressed."""
        made = self._forms.get(encoding)
        if made is None:
            if encoding and not self._compressible:
                made = self.form("")
            else:
                data = _ENCODERS[encoding](self._body) if encoding else self._body
                made = self._messages(data, encoding, encoding)
            self._forms[encoding] = made
        return made

    def recompress(self) -> None:
        """Replace the quick brotli form by the smallest one, in one assignment."""
        if self._compressible and not self._recompressed:
            self._forms["br"] = self._messages(brotli.compress(self._body), "br", _BEST)
            self._recompressed, self.recompressible = True, False

    def unchanged(self, known: bytes) -> tuple[Message, Message] | None:
        """The messages of a 304, or None if the client has another version."""
        made = self.confirmed.get(known)
        if made is None and self.status == 200:
            tags = [t.strip().removeprefix(b"W/") for t in known.split(b",")]
            tag = self._tag("") if tags == [b"*"] else next((t for t in tags if t in self._tags()), None)
            if tag:
                headers = [(b"etag", tag), *(h for h in self._headers if h[0] != b"content-type")]
                made = {"type": "http.response.start", "status": 304, "headers": headers}, _EMPTY
                if known == tag:
                    self.confirmed[tag] = made
        return made

    def _tag(self, suffix: str) -> bytes:
        """A strong ETag identifies bytes, so every form has its own."""
        return b'"' + self.digest + (b"-" + suffix.encode() if suffix else b"") + b'"'

    def _tags(self) -> frozenset[bytes]:
        return frozenset(map(self._tag, ("", _BEST, *_ENCODERS)))

    def is_made(self, accept: bytes) -> bool:
        """Whether the form for an Accept-Encoding header needs no compression now."""
        return not self._compressible or accepted(accept) in self._forms

    @property
    def body(self) -> bytes:
        """The answer, not compressed."""
        return self._body

    def _messages(self, data: bytes, encoding: str, tag: str) -> tuple[Message, Message]:
        headers = [*self._headers, (b"content-length", str(len(data)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        if self.status == 200:
            headers.append((b"etag", self._tag(tag)))
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        return start, {"type": "http.response.body", "body": data}


def accepted(header: bytes) -> str:
    """The encoding to answer with for an Accept-Encoding header, "" for none and for an overlong header."""
    return _accepted(header) if len(header) <= _MAX_KEPT_HEADER else ""


@lru_cache(1024)
def _accepted(header: bytes) -> str:
    weights = {}
    for part in header.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"q\s*=\s*([\d.]+)", parameters)
        try:
            weights[name.strip()] = float(found.group(1)) if found else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return next((e for e in _ENCODERS if weights.get(e, 0.0) > 0), "")


async def answer(page: Ready, method: str, accept: bytes, known: bytes, send: Send) -> None:
    """Send an answer in an encoding that the client accepts, or a 304."""
    start, body = (page.unchanged(known) if known else None) or page.answer(accept)
    await send(start)
    await send(_EMPTY if method == "HEAD" else body)


_EMPTY: Message = {"type": "http.response.body", "body": b""}
