"""Asking until something answers."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable

POLL_SECONDS = 0.05


def wait_until(true: Callable[[], bool], *, patience: float) -> bool:
    """Whether it became true in time."""
    until = time.monotonic() + patience
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def answers_http(url: str) -> bool:
    """Whether a server answers there with anything but an error of its own."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback addresses of ours only
            return True
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code < 500
    except (http.client.HTTPException, OSError):
        return False
