"""PDF: nothing that runs, starts, reaches out or hides another file, wherever in the file it lies.

``Pdf.objects`` lists what has a number, inside object streams too and also what
nothing refers to; what lies directly in another object is walked from there.
qpdf has read escaped names (``/J#61vaScript``) before we see them.
"""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from documents.inspection.found import MOST_PARTS, Found, Reason

ACTIONS = {
    "/JavaScript": Reason.SCRIPT,
    "/Launch": Reason.LAUNCHES,
    "/ImportData": Reason.EXTERNAL,
    "/GoToR": Reason.EXTERNAL,
    "/GoToE": Reason.EMBEDDED,
    "/SubmitForm": Reason.EXTERNAL,
    "/Movie": Reason.ACTIVE,
    "/Sound": Reason.ACTIVE,
    "/Rendition": Reason.ACTIVE,
    "/RichMediaExecute": Reason.ACTIVE,
    "/GoTo3DView": Reason.ACTIVE,
}
KEYS = {
    "/JS": Reason.SCRIPT,
    "/JavaScript": Reason.SCRIPT,
    "/EF": Reason.EMBEDDED,
    "/EmbeddedFiles": Reason.EMBEDDED,
    "/Collection": Reason.EMBEDDED,
    "/RichMedia": Reason.ACTIVE,
    "/RichMediaContent": Reason.ACTIVE,
    "/XFA": Reason.ACTIVE,
    "/OPI": Reason.EXTERNAL,
}
ANNOTATIONS = {
    "/FileAttachment": Reason.EMBEDDED,
    "/RichMedia": Reason.ACTIVE,
    "/Movie": Reason.ACTIVE,
    "/Sound": Reason.ACTIVE,
    "/Screen": Reason.ACTIVE,
    "/3D": Reason.ACTIVE,
}
BY_ITSELF = ("/OpenAction", "/AA")
"""What runs without being asked: there, also opening an address reaches out."""


def inspect(path: Path) -> None:
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Found(Reason.ENCRYPTED)
            if len(pdf.pages) == 0:
                raise Found(Reason.MALFORMED, "no pages")
            _Walk().over(pdf)
    except pikepdf.PasswordError as error:
        raise Found(Reason.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.ForeignObjectError) as error:
        raise Found(Reason.MALFORMED, type(error).__name__) from error


class _Walk:
    """Over everything, each thing once; counted, since a small file can hold a great many."""

    def __init__(self) -> None:
        self.left = MOST_PARTS

    def over(self, pdf: pikepdf.Pdf) -> None:
        self._inside([pdf.trailer])
        for each in pdf.objects:
            self._inside([each])

    def _inside(self, waiting: list[Object]) -> None:
        while waiting:
            self.left -= 1
            if self.left < 0:
                raise Found(Reason.TOO_COMPLEX, "objects")
            here = waiting.pop()
            if isinstance(here, Array):
                waiting += [each for each in here if _is_container(each)]
            elif isinstance(here, Dictionary | Stream):
                self._dictionary(here)
                waiting += [value for _key, value in here.items() if _is_container(value)]

    def _dictionary(self, here: Object) -> None:
        for key, value in here.items():
            if key in KEYS and _holds_something(value):
                raise Found(KEYS[key], key)
            if key in BY_ITSELF:
                self._by_itself(value)
        _refuse_named(ACTIONS, here.get("/S"), "action")
        if here.get("/Type") == Name.EmbeddedFile:
            raise Found(Reason.EMBEDDED, "stream")
        if "/Subtype" in here:
            _refuse_named(ANNOTATIONS, here.get("/Subtype"), "annotation")
        if isinstance(here, Stream) and "/F" in here:
            raise Found(Reason.EXTERNAL, "stream")
        if here.get("/Subtype") == Name.Form and "/Ref" in here:
            raise Found(Reason.EXTERNAL, "form")

    def _by_itself(self, value: object) -> None:
        """Every action that a trigger leads to, through ``/Next`` and through references."""
        waiting, seen = [value], 0
        while waiting:
            seen += 1
            if seen > 10_000:  # a chain that bites its tail
                raise Found(Reason.TOO_COMPLEX, "actions")
            here = waiting.pop()
            if isinstance(here, Array):
                waiting += list(here)
            elif isinstance(here, Dictionary):
                if here.get("/S") == Name.URI:
                    raise Found(Reason.EXTERNAL, "opens an address by itself")
                if "/S" in here:
                    waiting += [here["/Next"]] if "/Next" in here else []
                else:  # /AA: a dictionary of triggers
                    waiting += [
                        inner for _key, inner in here.items() if isinstance(inner, Dictionary) and "/S" in inner
                    ]


def _is_container(value: object) -> bool:
    """Something to look into that has no number of its own, and so is not looked into elsewhere."""
    return isinstance(value, Array | Dictionary | Stream) and not value.is_indirect


def _holds_something(value: object) -> bool:
    """An empty name tree or form is left by programs that once had something there."""
    if isinstance(value, Dictionary):
        names = value.get("/Names")
        if names is not None and "/Kids" not in value:
            return isinstance(names, Array) and len(names) > 0
        return len(value.keys()) > 0
    if isinstance(value, Array):
        return len(value) > 0
    return value is not None


def _refuse_named(refused: dict[str, Reason], name: object, where: str) -> None:
    if isinstance(name, Name) and str(name) in refused:
        raise Found(refused[str(name)], f"{where} {name}")
