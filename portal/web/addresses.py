"""From where a request comes, for counting how often something is tried.

``X-Forwarded-For`` can be written by anybody.  It is believed only as far as
our own proxies wrote it: each adds whom it was asked by at the end, so behind
``n`` of them the ``n``-th entry from the end is the client's.
"""

from ipaddress import ip_address
from typing import Any

from litestar.connection import ASGIConnection

UNKNOWN = "unknown"


def client_address(connection: ASGIConnection[Any, Any, Any, Any], *, trusted_proxies: int) -> str:
    """The client's address; the nearest peer's where a proxy did not say or said something that is no address."""
    nearest = connection.client.host if connection.client else UNKNOWN
    if not trusted_proxies:
        return nearest
    said = [part.strip() for line in connection.headers.getall("x-forwarded-for", []) for part in line.split(",")]
    if len(said) < trusted_proxies:
        return nearest
    return _bare(said[-trusted_proxies]) or nearest


def _bare(said: str) -> str:
    """Some proxies add the port: ``192.0.2.7:4711``, ``[2001:db8::7]:4711``."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        return str(ip_address(said))
    except ValueError:
        return ""
