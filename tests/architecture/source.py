"""The portal's source as the tests of the house read it: modules, what they import, templates."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
PORTAL = TOP / "portal"
TEMPLATES = PORTAL / "templates"


def modules(folder: str = "portal") -> list[Path]:
    return sorted((TOP / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """``portal.services.lifecycle``; a package by its own name."""
    parts = path.relative_to(TOP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(TOP)}:{getattr(node, 'lineno', '?')}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every module that is imported anywhere in the file, functions included; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{where(path, node)}: relative import"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def pages() -> list[Path]:
    """Templates that are answered as whole pages: those that stand in a layout and are no layout themselves."""
    return [
        path
        for path in templates()
        if "{% extends" in path.read_text(encoding="utf-8")
        and not any(part.startswith("_") for part in path.relative_to(TEMPLATES).parts)
    ]
