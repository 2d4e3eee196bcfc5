"""A template environment for one language, in which what cannot vary is worked out when a template is compiled.

A page says a hundred words and links ten assets, and jinja2 looks each of them
up through four calls of Python, page after page, though the answer is always
the same.  Here a sentence becomes its translation, an asset its address, and
``in_language(text)`` the attribute that holds the language.  A ``{% trans %}``
with values in it becomes the words between them and the values; what depends on
a number is left to run as written.
"""

import re
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

from portal import locale
from portal.domain.criteria import Language
from portal.web.assets import asset

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class OneLanguage(Environment):
    """Compiles templates for ``language``, and must not be used while another is spoken."""

    def __init__(self, language: Language, **options: Any) -> None:
        super().__init__(**options)
        self.language = language

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        folded: nodes.Template = _Folding(self).visit(parsed)
        return folded


class _Folding(NodeTransformer):
    def __init__(self, environment: OneLanguage) -> None:
        self.environment = environment
        self.language = environment.language

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - jinja2 finds it by this name
        self.generic_visit(node)
        node.nodes = [part for each in node.nodes for part in self._parts(each)]
        return node

    def _parts(self, node: nodes.Expr) -> list[nodes.Expr]:
        """A sentence with values in it, as the words between and the values: escaped where it is written, as ever."""
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name) or node.node.name != "gettext":
            return [node]
        message = node.args[0] if len(node.args) == 1 else None
        if not isinstance(message, nodes.Const) or not node.kwargs or node.dyn_kwargs is not None:
            return [node]
        values = {each.key: each.value for each in node.kwargs}
        with locale.speaking(self.language):
            pieces = PLACEHOLDER.split(locale.gettext(message.value))
        if not values.keys() >= set(pieces[1::2]):
            return [node]
        # The words between stand at even places, the names of values at odd ones.
        return [
            values[piece] if index % 2 else nodes.TemplateData(piece % (), lineno=node.lineno)
            for index, piece in enumerate(pieces)
            if piece
        ]

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - jinja2 finds it by this name
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or len(node.args) != 1 or node.kwargs:
            return node
        called, given = node.node.name, node.args[0]
        folded: nodes.Expr | None = None
        if called == "in_language":
            folded = nodes.Getattr(given, self.language, "load")
        elif isinstance(given, nodes.Const) and isinstance(given.value, str):
            if called in ("_", "gettext"):
                with locale.speaking(self.language):
                    # As jinja2's own gettext does: percent signs are written twice, and our words are markup.
                    words = locale.gettext(given.value) % {}
                folded = nodes.MarkSafe(nodes.Const(words))
            elif called == "asset":
                folded = nodes.Const(asset(given.value))
        return node if folded is None else folded.set_lineno(node.lineno).set_environment(self.environment)
