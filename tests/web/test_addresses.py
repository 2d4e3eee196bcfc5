"""Whose tries are counted, with proxies before the portal and without."""

import dataclasses

import pytest
from litestar.connection import ASGIConnection
from litestar.testing import TestClient

from portal.app import create_app
from portal.settings import BadSettings, Settings
from portal.web.addresses import client_address

PEER = "10.0.0.2"


def connection(*forwarded):
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return ASGIConnection({"type": "http", "headers": headers, "client": (PEER, 4711), "state": {}})


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, ["192.0.2.7"], PEER),
        (1, [], PEER),
        (1, ["192.0.2.7"], "192.0.2.7"),
        (1, ["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        (1, ["6.6.6.6", "192.0.2.7"], "192.0.2.7"),
        (2, ["6.6.6.6, 192.0.2.7, 10.0.0.1"], "192.0.2.7"),
        (2, ["192.0.2.7"], PEER),
        (1, ["192.0.2.7:4711"], "192.0.2.7"),
        (1, ["2001:db8::7"], "2001:db8::7"),
        (1, ["[2001:db8::7]:4711"], "2001:db8::7"),
        (1, ["unknown"], PEER),
        (1, [""], PEER),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies, forwarded, address):
    assert client_address(connection(*forwarded), trusted_proxies=proxies) == address


def tries(client, address, many):
    """The last answer of many tries to verify a number."""
    answer = None
    for _ in range(many):
        answer = client.get("/kontrollera?nummer=ABC", headers={"x-forwarded-for": address})
    return answer.status_code


@pytest.mark.parametrize(("proxies", "of_another"), [(0, 429), (1, 200)])
def test_behind_a_proxy_one_clients_tries_do_not_stop_another(resources, proxies, of_another, unused_peer):
    settings = dataclasses.replace(resources.settings, trusted_proxies=proxies)
    app = create_app(dataclasses.replace(resources, settings=settings))
    with TestClient(app, client=(unused_peer, 4711)) as client:
        assert tries(client, f"{unused_peer}1", LIMIT + 1) == 429
        assert tries(client, f"{unused_peer}2", 1) == of_another


def test_a_number_of_proxies_that_is_none_is_refused():
    with pytest.raises(BadSettings, match="KUNDVAL_TRUSTED_PROXIES must be a whole number"):
        Settings.from_env({"KUNDVAL_TRUSTED_PROXIES": "10.0.0.2"})
