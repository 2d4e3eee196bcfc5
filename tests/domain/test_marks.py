"""A municipality's mark: a picture and nothing more."""

from pathlib import Path

import pytest

from portal.domain.marks import LARGEST, MarkFault, mark_fault

IMAGES = Path(__file__).parent.parent.parent / "portal" / "static" / "img"
HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def drawn(inside: bytes) -> bytes:
    return HEAD + inside + b"</svg>"


@pytest.mark.parametrize("path", sorted(IMAGES.glob("mark-*.svg")), ids=lambda path: path.name)
def test_our_own_marks_are_accepted(path):
    assert mark_fault(path.read_bytes()) is None


def test_a_picture_with_gradients_and_references_inside_is_accepted():
    inside = (
        b'<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient>'
        b'<path id="p" d="M0 0"/></defs>'
        b'<use xlink:href="#p"/><use href="#p"/><rect fill="url(#a)" style="stroke: url( \'#a\' )"/><title>M</title>'
    )

    assert mark_fault(drawn(inside)) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html><body/></html>", "not_svg"),
        (b"<svg/>", "not_svg"),
        (b"\x89PNG\r\n", "not_svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path></svg>", "not_svg"),
        ("<?xml version='1.0' encoding='utf-16'?><svg/>".encode("utf-16"), "not_svg"),
        (drawn(b"<path d='" + b"M0 0" * (LARGEST // 4) + b"'/>"), "size"),
        (b"<!DOCTYPE svg>" + drawn(b""), "doctype"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawn(b"<title>&a;</title>"), "doctype"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawn(b"<title>&a;</title>"), "doctype"),
        (drawn(b"<script>alert(1)</script>"), "element"),
        (drawn(b"<style>@import 'x'</style>"), "element"),
        (drawn(b"<foreignObject/>"), "element"),
        (drawn(b"<image href='#a'/>"), "element"),
        (drawn(b"<animate attributeName='href'/>"), "element"),
        (drawn(b"<a href='#p'/>"), "element"),
        (drawn(b"<h:div xmlns:h='http://www.w3.org/1999/xhtml'/>"), "element"),
        (b"<?xml-stylesheet href='x.css'?>" + drawn(b""), "element"),
        (HEAD.replace(b"<svg", b"<svg onload='x()'") + b"</svg>", "event"),
        (drawn(b"<path ONCLICK='x()'/>"), "event"),
        (drawn(b"<use href='https://elsewhere.example/x.svg#p'/>"), "reference"),
        (drawn(b"<use xlink:href='data:image/svg+xml,x'/>"), "reference"),
        (drawn(b"<use href='javascript:x()'/>"), "reference"),
        (drawn(b"<rect fill='url(https://elsewhere.example/#a)'/>"), "reference"),
        (drawn(b"<rect style='fill: URL(\"//elsewhere.example\")'/>"), "reference"),
        (drawn(b"<rect style='width: expression(x())'/>"), "attribute"),
        (drawn(b"<rect style='fill: ur\\6c(//elsewhere.example)'/>"), "attribute"),
    ],
)
def test_anything_more_is_refused(content, reason):
    fault = mark_fault(content)

    assert fault is not None
    assert fault.reason == reason


def test_the_fault_names_what_it_found():
    assert mark_fault(drawn(b"<script/>")) == MarkFault("element", "script")
