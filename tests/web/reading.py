"""How a page is read: in English, and what it says at a field."""

import re


def in_english(client):
    client.cookies.set("kundval_language", "en")
    return client


def said_at(html: str, field: str) -> str:
    """The sentence at a field, which the summary links to as well."""
    found = re.search(rf'id="{field}-fel">(.*?)</p>', html)
    assert found, f"nothing is said at {field}"
    assert f'href="#{field}"' in html
    return found[1]
