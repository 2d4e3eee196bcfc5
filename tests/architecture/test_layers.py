"""Who may import whom: the table of the architecture, module by module."""

import sys

import pytest

from tests.architecture.source import imported, modules, name_of, where

# layer: what of the portal and of the documents library it may import
MAY: dict[str, set[str]] = {
    "portal.errors": set(),
    "portal.settings": set(),
    # Opens the store that the settings name.
    "portal.store": {"portal.settings", "documents"},
    # Speaks to registers outside; what they say is read by the domain's words.
    "portal.registers": {"portal.domain"},
    "portal.domain": {"portal.errors"},
    "portal.library": {"portal.domain"},
    "portal.locale": {"portal.domain"},
    "portal.db": {"portal.domain", "portal.errors"},
    "portal.services": {"portal.db", "portal.domain", "portal.errors", "portal.library", "portal.mail", "documents"},
    # Mail is composed as services are: in a transaction, of what the database holds.
    "portal.mail": {"portal.db", "portal.domain", "portal.errors", "portal.locale", "portal.services", "documents"},
    "portal.jobs": {
        "portal.db",
        "portal.domain",
        "portal.errors",
        "portal.mail",
        "portal.registers",
        "portal.services",
        "portal.settings",
        "portal.store",
        "documents",
    },
    # The library is read beside a case for its coded reasons only, which are the same in every municipality.
    "portal.forms": {"portal.domain", "portal.errors", "portal.library", "portal.locale"},
    "portal.views": {"portal.db", "portal.domain", "portal.errors", "portal.library", "portal.locale"},
    "portal.web": {
        "portal.domain",
        "portal.errors",
        "portal.locale",
        "portal.services",
        "portal.settings",
        "portal.views",
        "documents",
    },
    # The documents library is used where a file comes in or goes out, as a stream.
    "portal.routes": {
        "portal.domain",
        "portal.errors",
        "portal.forms",
        "portal.locale",
        "portal.mail",
        "portal.services",
        "portal.views",
        "portal.web",
        "documents",
    },
    # Starts engines and processes; knows the portal only by its commands and its environment.
    "portal.embedded": set(),
    "documents": set(),
    "portal.docs": {"portal.domain", "portal.views"},
}
# Single modules that may import one thing more, with the reason.
EXCEPTIONS: dict[str, set[str]] = {
    # A paper's words are decided together with the step that orders it, and never change after that.
    "portal.services.contract_facts": {"portal.locale"},
    "portal.services.decision_paper": {"portal.locale"},
    "portal.services.letter_facts": {"portal.locale"},
    "portal.services.receipts": {"portal.locale"},
    "portal.services.wording": {"portal.locale"},
}
# Know everything, and nobody knows them but the command line.
TOPS = {"portal", "portal.app", "portal.__main__", "portal.demo", "portal.evidence", "portal.upkeep"}
# A calendar is a rule, not input or output.
PURE_PACKAGES = {"holidays"}


def layer_of(module: str) -> str:
    return "documents" if module.split(".")[0] == "documents" else ".".join(module.split(".")[:2])


@pytest.mark.parametrize("path", [*modules(), *modules("documents")], ids=name_of)
def test_a_module_imports_only_what_its_layer_may(path):
    own = layer_of(name_of(path))
    more = EXCEPTIONS.get(name_of(path), set())
    if own in TOPS:
        return

    assert own in MAY, f"{own} is a new layer: decide what it may import"
    wrong = [
        f"{where(path, node)}: {own} imports {module}"
        for node, module in imported(path)
        if module.split(".")[0] in ("portal", "documents")
        and (layer := layer_of(module)) != own
        and layer not in MAY[own] | more
    ]
    assert wrong == []


@pytest.mark.parametrize("path", modules("portal/domain"), ids=name_of)
def test_the_domain_uses_the_standard_library_alone(path):
    wrong = [
        f"{where(path, node)}: {module}"
        for node, module in imported(path)
        if (package := module.split(".")[0]) not in sys.stdlib_module_names
        and package not in PURE_PACKAGES | {"portal"}
    ]

    assert wrong == []


@pytest.mark.parametrize("path", modules("portal/domain"), ids=name_of)
def test_the_domain_touches_neither_files_nor_network_nor_processes(path):
    outside = {"os", "io", "pathlib", "socket", "subprocess", "urllib", "http", "sqlite3", "threading", "time"}

    assert [
        f"{where(path, node)}: {module}" for node, module in imported(path) if module.split(".")[0] in outside
    ] == []


def test_only_the_command_line_knows_the_demo():
    knowing = {
        name_of(path)
        for path in modules()
        for _node, module in imported(path)
        if layer_of(module) == "portal.demo" and layer_of(name_of(path)) != "portal.demo"
    }

    assert knowing == {"portal.__main__"}


def test_an_exception_that_is_not_needed_is_taken_away():
    used = {
        (name_of(path), layer_of(module))
        for path in modules()
        for _node, module in imported(path)
        if name_of(path) in EXCEPTIONS
    }

    assert {(name, layer) for name, layers in EXCEPTIONS.items() for layer in layers} <= used
