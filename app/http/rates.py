"""Rate limits: how often a client may ask, and which client a request counts for."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter


def limiter_of(*rates: str) -> tuple[RateLimiter, Sequence[RateLimitItem]]:
    """A limiter that counts in the memory of this process, and the rates, such as `120/minute`, as values."""
    import limits  # 19 ms of CPU time, which the first page does not wait for

    limiter = limits.strategies.MovingWindowRateLimiter(limits.storage.MemoryStorage())
    return limiter, [limits.parse(rate) for rate in rates]


def client_of(scope: Mapping[str, Any]) -> str:
    """The client that a request counts for: an IPv4 address, or the /64 network of an IPv6 address.

    One person usually has a whole /64. What a proxy passes on as no address counts as one client.
    """
    try:
        address = ipaddress.ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
