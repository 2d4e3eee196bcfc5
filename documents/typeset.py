"""Facts and a template become a PDF/A-2a that is also PDF/UA-1; the same facts, the same bytes.

The work is done in a child process, since typst's cache only grows: a child is
kept between documents and replaced after some. Fonts come from packages alone
(typst's own and Source Sans), never from the machine, or two machines would
make two different documents. What a paper *says* is decided by the caller.
"""

import atexit
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from documents.children import ChildDied, Children, ChildTooSlow
from documents.papers import Paper, Template

Language = Literal["sv", "en"]

TEMPLATES: Final = Path(__file__).parent / "templates"
CHILD: Final = Path(__file__).parent / "typeset_child.py"
FACES: Final = ("Regular", "It", "Semibold", "SemiboldIt", "Bold")


class TypesettingFailed(Exception):
    """The template could not be set, or the child died or took too long. ``cause`` is for the log, not for readers."""

    def __init__(self, template: str, cause: str) -> None:
        super().__init__(f"{template}: {cause}")
        self.template = template
        self.cause = cause


class Typesetter:
    """At most ``children`` processes, each replaced after ``documents_per_child``. Thread-safe; callers wait."""

    def __init__(self, *, children: int = 1, documents_per_child: int = 200, timeout: float = 60) -> None:
        self._children = Children(CHILD, most=children, answers_each=documents_per_child, timeout=timeout)
        self._fonts = _font_folder()

    def typeset(
        self, template: Template, facts: Paper | Mapping[str, object], *, language: Language, made_at: datetime
    ) -> bytes:
        told = facts.to_facts() if isinstance(facts, Paper) else facts
        request = {
            "main": str(TEMPLATES / f"{template}.typ"),
            "root": str(TEMPLATES),
            "fonts": self._fonts,
            "inputs": {"facts": json.dumps(told, ensure_ascii=False, sort_keys=True), "language": language},
            "made_at": int(made_at.astimezone(UTC).timestamp()),
        }
        try:
            answer = self._children.ask(request)
        except ChildDied as died:
            raise TypesettingFailed(template, "the child process died") from died
        except ChildTooSlow as slow:
            raise TypesettingFailed(template, str(slow)) from slow
        if not answer.good:
            raise TypesettingFailed(template, answer.data.decode("utf-8", "replace"))
        return answer.data

    def close(self) -> None:
        """Let every idle child go. The last thing done with a typesetter."""
        if self._children.is_ours:
            self._children.close()
            shutil.rmtree(self._fonts, ignore_errors=True)

    @property
    def child_ids(self) -> set[int]:
        return self._children.ids


def _font_folder() -> str:
    """The few faces the templates use, alone in a folder: the package holds each twice, and order must not matter."""
    found = find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package font-source-sans-pro is not installed")
    source = Path(found.submodule_search_locations[0]) / "files"
    folder = Path(tempfile.mkdtemp(prefix="typeset-fonts-"))
    for face in FACES:
        shutil.copy(source / f"SourceSansPro-{face}.otf", folder)
    return str(folder)


_shared: Typesetter | None = None
_making = threading.Lock()


def typeset(template: Template, facts: Paper | Mapping[str, object], *, language: Language, made_at: datetime) -> bytes:
    """Set one paper with this process's own typesetter. Raises ``TypesettingFailed``."""
    global _shared  # one for a process, made when first needed and again after a fork
    with _making:
        if _shared is None or not _shared._children.is_ours:
            _shared = Typesetter()
            atexit.register(_shared.close)
        typesetter = _shared
    return typesetter.typeset(template, facts, language=language, made_at=made_at)
