"""House rules that can be read off the code: the clock, the environment, commits, the one writer of state."""

import ast
import re

import pytest

from tests.architecture.source import TOP, modules, name_of, tree, where

CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
MAY_LOOK_AT_THE_CLOCK = ("portal.app", "portal.__main__", "portal.web.desk", "portal.jobs", "portal.embedded")
MAY_READ_THE_ENVIRONMENT = ("portal.settings", "portal.__main__", "portal.embedded")
WRITES_STATE = "portal.services.lifecycle"
# A document's state is what the scanner found, not a step of a lifecycle.
WRITES_SCAN_STATE = ("portal.services.examination", "portal.jobs")


def within(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in allowed)


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", [*modules(), *modules("documents")], ids=name_of)
def test_the_clock_is_looked_at_in_few_places(path):
    if within(name_of(path), MAY_LOOK_AT_THE_CLOCK):
        return

    looked = [
        where(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and (last_name(node.value), node.attr) in CLOCK
    ]
    assert looked == [], "now is an argument"


@pytest.mark.parametrize("path", [*modules(), *modules("documents")], ids=name_of)
def test_the_environment_is_read_in_few_places(path):
    if within(name_of(path), MAY_READ_THE_ENVIRONMENT):
        return

    read = [
        where(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb", "putenv")
    ]
    assert read == [], "settings are an argument"


@pytest.mark.parametrize("path", [*modules("portal/services"), *modules("portal/views")], ids=name_of)
def test_services_and_views_neither_commit_nor_roll_back(path):
    ended = [
        where(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback", "begin")
        # flows.begin and sessions.begin are services; a session or a connection is called db or connection.
        and last_name(node.func.value) in ("db", "session", "connection", "engine")
    ]

    assert ended == [], "the caller's transaction is the caller's to end"


@pytest.mark.parametrize("path", [*modules("portal/services"), *modules("portal/domain")], ids=name_of)
def test_services_and_rules_never_see_a_request(path):
    seen = [
        where(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any((getattr(node, "module", None) or alias.name).startswith("litestar") for alias in node.names)
    ]

    assert seen == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_rows_state_is_written_in_one_module(path):
    name = name_of(path)
    if name == WRITES_STATE or within(name, WRITES_SCAN_STATE):
        return

    written = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [part for target in targets for part in ast.walk(target)]
            if any(isinstance(part, ast.Attribute) and part.attr == "state" for part in flat):
                written.append(where(path, node))
        elif isinstance(node, ast.Call) and last_name(node.func) == "values":
            named = [keyword.arg for keyword in node.keywords]
            keyed = [
                key.value
                for argument in node.args
                if isinstance(argument, ast.Dict)
                for key in argument.keys
                if isinstance(key, ast.Constant)
            ]
            if "state" in (*named, *keyed):
                written.append(where(path, node))
        elif isinstance(node, ast.Call) and last_name(node.func) == "setattr":
            if any(isinstance(argument, ast.Constant) and argument.value == "state" for argument in node.args):
                written.append(where(path, node))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"\bSET\s+state\b", node.value, flags=re.IGNORECASE)
        ):
            written.append(where(path, node))
    assert written == [], f"only {WRITES_STATE} moves a row from one state to another"


def test_the_library_of_files_lists_its_modules():
    told = re.findall(r"`(\w+\.py)`", (TOP / "documents" / "README.md").read_text(encoding="utf-8"))
    there = [path.name for path in (TOP / "documents").glob("*.py") if path.name != "__init__.py"]

    assert set(there) == set(told)


@pytest.mark.parametrize("path", [*modules(), *modules("documents")], ids=name_of)
def test_every_module_says_what_it_is_for(path):
    source = tree(path)
    if path.name == "__init__.py" and not source.body:
        return

    assert ast.get_docstring(source)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_word_hides_inside_an_f_string(path):
    """The extraction of messages does not look there, so the word would never be asked for in English."""
    hidden = [
        where(path, node)
        for outer in ast.walk(tree(path))
        if isinstance(outer, ast.JoinedStr)
        for node in ast.walk(outer)
        if isinstance(node, ast.Call) and last_name(node.func) in ("_", "gettext", "ngettext")
    ]

    assert hidden == []
