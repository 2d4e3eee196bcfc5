"""Every word has English, and every state, action, event and letter is named."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from portal.locale import english

ROOT = Path(__file__).parent.parent.parent / "portal"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> Iterator[tuple[str, str]]:
    """(where, Swedish text) for every message in the templates and the code."""
    return ((where, forms[0]) for where, forms in all_forms())


def all_forms() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(where, the singular and, where there is one, the plural)."""
    for pattern, method in (("templates/**/*.html", "jinja2"), ("templates/**/*.txt", "jinja2"), ("**/*.py", "python")):
        for path in sorted(ROOT.glob(pattern)):
            source = BytesIO(path.read_bytes())
            options = {"extensions": "jinja2.ext.i18n", "trimmed": "false", "silent": "false"}
            for line, found, _comments, _context in extract(method, source, KEYWORDS, options=options):
                forms = (found,) if isinstance(found, str) else tuple(found)
                if forms[0]:
                    yield f"{path.relative_to(ROOT)}:{line}", forms


def test_every_word_has_english():
    missing = sorted({text: where for where, text in messages() if text not in english()}.items(), key=lambda m: m[1])

    assert not missing, "\n".join(f"{where}: {text!r}" for text, where in missing)


def test_every_translation_keeps_its_placeholders():
    swedish = {forms[0]: set(PLACEHOLDER.findall(" ".join(forms))) for _where, forms in all_forms()}
    broken = [
        text
        for text, forms in english().items()
        if set(PLACEHOLDER.findall(" ".join(forms))) - swedish.get(text, set()) - {"num"}
    ]

    assert broken == []


def test_no_translation_is_left_over():
    used = {text for _where, text in messages()}

    assert sorted(set(english()) - used) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("locale/en/*.po")), ids=lambda path: path.name)
def test_no_word_is_translated_twice_in_one_file(path):
    ids = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.M)

    assert sorted(ids) == sorted(set(ids))


def test_messages_are_whole_literals():
    """A message that is put together at run time is one that nobody can translate."""
    wrong = []
    for path in sorted(ROOT.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "gettext", "ngettext")
                and not all(isinstance(argument, ast.Constant) for argument in node.args[:1])
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []
