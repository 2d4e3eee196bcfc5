"""What files may be handed in at a place, and how they are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from portal.domain.conditions import ConditionSets, EvidenceType
from portal.domain.criteria import Criterion
from portal.locale import gettext as _
from portal.locale import language
from portal.views import upload_words


class FileKind(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    @property
    def extensions(self) -> tuple[str, ...]: ...


class Accepted(Protocol):
    """What files a criterion takes; ``documents.intake.IntakeRules`` is one."""

    @property
    def extensions(self) -> tuple[str, ...]: ...

    @property
    def allowed(self) -> Sequence[FileKind]: ...

    @property
    def max_bytes(self) -> int: ...

    @property
    def greatest(self) -> Mapping[str, int]: ...


# ``services.documents.rules_for``, which the route hands over: views know no services.
RulesFor = Callable[[ConditionSets, Criterion], Accepted | None]


@dataclass(frozen=True)
class Upload:
    """What files may be handed in here."""

    label: str
    accept: str
    extensions: str
    sizes: str
    room: int


def upload_of(evidence: tuple[EvidenceType, ...], allowed: Accepted, room: int) -> Upload:
    wanted = [each for each in evidence if each.kinds and not each.never]
    label = (
        _("Ladda upp %(name)s") % {"name": _lower_first(wanted[0].name.in_(language()))}
        if len(wanted) == 1
        else _("Ladda upp dokument")
    )
    kinds = [(kind_of(f"x{kind.extensions[0]}"), kind) for kind in allowed.allowed]
    sizes = upload_words.sizes([(name, allowed.greatest.get(kind.name, allowed.max_bytes)) for name, kind in kinds])
    return Upload(
        label=label,
        accept=",".join(allowed.extensions),
        extensions=accepted_formats(allowed),
        sizes=sizes,
        room=room,
    )


def accepted_formats(allowed: Accepted) -> str:
    """``PDF, JPG eller PNG``."""
    return _listed(list(dict.fromkeys(kind_of(f"x{extension}") for extension in allowed.extensions)))


def kind_of(name: str) -> str:
    """``PDF``, ``Word`` …: a file's kind as people call it, from the ending that its content was checked against."""
    ending = name.rpartition(".")[2].lower()
    known = {"docx": "Word", "xlsx": "Excel", "odt": "OpenDocument", "xhtml": "iXBRL", "html": "iXBRL", "htm": "iXBRL"}
    if ending in ("se", "si", "sie"):
        return "SIE"
    same = {"jpeg": "JPG", "heif": "HEIC"}
    return known.get(ending) or same.get(ending) or ending.upper()


def _lower_first(name: str) -> str:
    """``Årsredovisning`` inside a sentence; ``IVO-tillstånd`` stays as it is."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    either = _("%(first)s eller %(last)s")
    return either % {"first": ", ".join(first), "last": last} if first else last
