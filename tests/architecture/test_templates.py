"""Rules for templates: what is escaped stays escaped, nothing is inline, each page has a view and a title."""

import dataclasses
import importlib
import re

import pytest

from tests.architecture.source import PORTAL, TEMPLATES, pages, templates


def short(path):
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", templates(), ids=short)
def test_nothing_is_marked_as_safe(path):
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b", source)
    assert not re.search(r"autoescape\s+false", source)


def test_every_template_that_a_route_answers_with_is_a_page():
    whole = {short(path) for path in pages()}
    answered = {
        found
        for path in (PORTAL / "routes").rglob("*.py")
        for found in re.findall(r"\bpage\(\s*\w+,\s*\"([\w/-]+\.html)\"", path.read_text(encoding="utf-8"))
    }

    assert answered
    assert answered - whole == set()


def test_no_code_marks_a_text_as_safe():
    """Markup made in Python escapes the same way as ``|safe`` does: not at all."""
    found = [path.name for path in PORTAL.rglob("*.py") if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))]

    assert found == []


@pytest.mark.parametrize("path", templates(), ids=short)
def test_no_style_and_no_script_is_inline(path):
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert not re.search(r"<style\b", source)
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", source)
    assert "javascript:" not in source


@pytest.mark.parametrize("path", pages(), ids=short)
def test_a_page_names_the_view_that_it_shows(path):
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]

    named = re.fullmatch(r"\{# page: (portal\.views(?:\.\w+)+)\.(\w+) #\}", first)
    assert named, first
    view = getattr(importlib.import_module(named[1]), named[2])
    assert dataclasses.is_dataclass(view)
    assert view.__dataclass_params__.frozen


@pytest.mark.parametrize("path", pages(), ids=short)
def test_a_page_has_a_title_and_one_main_heading(path):
    source = path.read_text(encoding="utf-8")

    assert re.search(r'\{% extends "_\w+/[\w/]+\.html" %\}', source)
    assert re.search(r"\{% block title %\}\s*\S", source)
    assert "<h1" in source or "{% include" in source or "{% call" in source or "{{ casebar(" in source


@pytest.mark.parametrize("path", pages(), ids=short)
def test_a_page_that_shows_problems_says_so_in_its_title(path):
    source = path.read_text(encoding="utf-8")
    if "error_summary(" not in source:
        return

    assert "{% block title_prefix %}" in source
