"""The settings of the site. `Settings.from_env` is the only code that reads the environment."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import SettingsError
from app.i18n import worded

PREFIX = "MEIPI_"
# The project's folder, which holds templates/ and static/.
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the site. The environment variable of a setting is `MEIPI_` and its name in capitals.

    Attributes:
        content: folder of articles, glossary and people, the source of truth.
        var: folder of data that can be rebuilt: the index and caches; private to its owner.
        database_url: address of the index; empty for SQLite in `var`.
        base_url: public address of the site, without trailing slash, for links outside of pages.
        site_name: the site's name in titles and previews.
        allowed_hosts: accepted host names, comma-separated; empty for loopback and the host of `base_url`.
        watch: watch content/ for changes while serving.
        rate_limit: dear answers per client, such as 120/minute; ten times as many pages; empty for no limit.
        trusted_proxies: addresses or networks of the proxies whose X-Forwarded-For counts, comma-separated.
        log: format of log lines, text (key=value) or json.
        timing: send a Server-Timing header with the time that an answer took; for development.
        read: offer /read/, where readers paste a text of their own.
        editors: file of editors and their password hashes, see `meipi editor`; with it the site has /edit/.
        editor_header: name of the header in which a trusted proxy names the editor who is signed in.
        editor_proxies: addresses of the proxies whose editor_header counts, comma-separated.
        edit: set by `meipi edit`: /edit/ for the holder of its one-time link, on this machine only.
        edit_commit: commit what the workbench writes in the git repository that holds content/.
        report: where readers report mistakes: a mail address, or the address of a form for new issues.
        development: serve /styleguide/, every component in every state.
    """

    content: Path = Path("content")
    var: Path = Path("var")
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    site_name: str = "眉批"
    allowed_hosts: str = ""
    watch: bool = True
    rate_limit: str = "120/minute"
    trusted_proxies: str = ""
    log: str = "text"
    timing: bool = False
    read: bool = True
    editors: str = ""
    editor_header: str = ""
    editor_proxies: str = ""
    edit: bool = False
    edit_commit: bool = False
    report: str = ""
    development: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The accepted host names: those set, else loopback and the host of `base_url`."""
        if self.allowed_hosts:
            return tuple(h.strip().lower() for h in self.allowed_hosts.split(",") if h.strip())
        own = urlsplit(self.base_url).hostname or ""
        return ("127.0.0.1", "localhost", "[::1]", f"[{own}]" if ":" in own else own)

    @property
    def editable(self) -> bool:
        """Whether the site has /edit/."""
        return self.edit or bool(self.editors)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read all variables whose names begin with `MEIPI_`.

        Raises:
            SettingsError: an unknown name or an invalid value; the message names the variable.
        """
        known = {f.name: f for f in fields(cls)}
        values: dict[str, object] = {}
        for variable, text in environ.items():
            if not variable.startswith(PREFIX):
                continue
            name = variable.removeprefix(PREFIX).lower()
            if name not in known:
                names = ", ".join(PREFIX + n.upper() for n in known)
                raise SettingsError(
                    worded(
                        "%(variable)s: no such setting; the settings are %(names)s",
                        variable=variable,
                        names=names,
                    )
                )
            values[name] = _value(variable, known[name].type, text.strip())
        return cls(**values)  # type: ignore[arg-type]


# The notation of the library `limits`, which loads slowly and is not imported at the start.
_RATE = re.compile(r"[1-9]\d{0,8} ?(?:/|per) ?(?:[1-9]\d{0,8} ?)?(?:second|minute|hour|day)s?", re.IGNORECASE)


# A mail address, with or without mailto:, or a web address.
_REPORT = re.compile(r"(?:mailto:)?[^\s@/?&:]+@[^\s@/?&:]+|https?://[^\s/]+\S*")


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


# Host and port in the address of a database, which may list several, separated by commas.
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\[\]:]*)(?::\d{0,5})?")


def _is_database(address: str) -> bool:
    """Whether the address is valid; for others the driver's message would repeat parts of the password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    hosts = parts.netloc.rpartition("@")[2].split(",")
    escaped = re.search("%(?![0-9A-Fa-f]{2})", address) is None
    return parts.scheme in ("postgresql", "postgres") and escaped and all(map(_HOST.fullmatch, hosts))


def _are_networks(listed: str) -> bool:
    try:
        return all(ipaddress.ip_network(part.strip()).prefixlen for part in listed.split(","))
    except ValueError:
        return False


def _value(variable: str, kind: object, text: str) -> object:
    if kind == "Path":
        if not text:
            raise SettingsError(worded("%(variable)s: empty; give a folder", variable=variable))
        return Path(text)
    if kind == "bool":
        if text.lower() not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
            raise SettingsError(
                worded(
                    "%(variable)s: %(text)r is not a yes or no; write 1 or 0", variable=variable, text=text
                )
            )
        return text.lower() in ("1", "true", "yes", "on")
    _require_valid(variable, text)
    return text.rstrip("/") if variable == f"{PREFIX}BASE_URL" else text


def _require_valid(variable: str, text: str) -> None:
    values = {"variable": variable, "text": text}
    fault = None
    match variable.removeprefix(PREFIX):
        case "RATE_LIMIT" if text and not _RATE.fullmatch(text):
            fault = worded(
                "%(variable)s: %(text)r is not a rate; write 120/minute, or nothing for no limit", **values
            )
        case "TRUSTED_PROXIES" | "EDITOR_PROXIES" if text and not _are_networks(text):
            fault = worded(
                "%(variable)s: %(text)r is not a list of addresses; write 127.0.0.1, 10.1.0.0/16", **values
            )
        case "REPORT" if text and not _REPORT.fullmatch(text):
            fault = worded(
                "%(variable)s: %(text)r is neither a mail address nor a web address; "
                "write name@example.org or https://…",
                **values,
            )
        case "LOG" if text not in ("text", "json"):
            fault = worded("%(variable)s: unknown log format %(text)r; write text or json", **values)
        case "DATABASE_URL" if text and not _is_database(text):
            # The message does not repeat the address, which may contain a password.
            remedy = worded(
                "write postgresql://user:password@host:port/name, a sign in the password as %40, or nothing"
            )
            fault = worded(
                "%(variable)s: not the address of a database; %(remedy)s", variable=variable, remedy=remedy
            )
        case "BASE_URL" if not (text.startswith(("http://", "https://")) and _has_host(text)):
            fault = worded("%(variable)s: %(text)r is not a web address; write https://example.org", **values)
    if fault:
        raise SettingsError(fault)
