"""Whose tries are counted, with proxies before the portal and without."""

import dataclasses
import secrets
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from litestar.connection import ASGIConnection
from litestar.testing import TestClient

from portal.app import create_app
from portal.db.tables import Rate
from portal.routes.verify import NUMBERS_ALLOWED
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


@pytest.fixture
def spent(owner):
    """An address from which no more numbers may be tried, in this window and the next."""
    address = str(ip_address(0x20010DB8 << 96 | secrets.randbits(64)))
    window = int(datetime.now(UTC).timestamp()) // 300 * 300
    for begins in (window, window + 300):
        owner.add(Rate(subject=f"verify number {address}", window=begins, count=NUMBERS_ALLOWED))
    owner.commit()
    return address


def test_behind_a_proxy_one_clients_tries_do_not_stop_another(settings, resources, spent):
    behind = dataclasses.replace(settings, trusted_proxies=1)
    app = create_app(behind, dataclasses.replace(resources, settings=behind))

    with TestClient(app, base_url="http://portal.local") as client:
        of_one = client.get("/kontrollera?nummer=ABC", headers={"x-forwarded-for": f"6.6.6.6, {spent}"})
        of_another = client.get("/kontrollera?nummer=ABC", headers={"x-forwarded-for": f"{spent}, 2001:db8::1"})

    assert (of_one.status_code, of_another.status_code) == (429, 200)


def test_without_a_proxy_nobody_chooses_whose_tries_are_counted(browse, spent):
    answer = browse().get("/kontrollera?nummer=ABC", headers={"x-forwarded-for": spent})

    assert answer.status_code == 200


def test_a_number_of_proxies_that_is_none_is_refused():
    with pytest.raises(BadSettings, match="KUNDVAL_TRUSTED_PROXIES must be a whole number"):
        Settings.from_env({"KUNDVAL_TRUSTED_PROXIES": "10.0.0.2"})
