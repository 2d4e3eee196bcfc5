"""What is inside a file: accepted, accepted without its metadata, or refused with a reason.

The looking is done in a child process (``inspect_child.py``) that may crash, be
killed or run out of time. A refusal says something of the file; where nothing
can be said, ``InspectionFailed`` is raised, and nobody may take that for a yes.
"""

import atexit
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from documents.children import ChildDied, Children, ChildTooSlow
from documents.inspection.found import Reason
from documents.kinds import ALL_TYPES

__all__ = ["Inspection", "InspectionFailed", "Reason", "inspect"]

CHILD: Final = Path(__file__).parent / "inspect_child.py"
CHILDREN: Final = 4
FILES_PER_CHILD: Final = 500
TIMEOUT_S: Final = 120.0
_KINDS: Final = {kind.media_type: kind.name for kind in ALL_TYPES}


class InspectionFailed(Exception):
    """Nothing was found out; this says nothing of the file."""


@dataclass(frozen=True)
class Inspection:
    """``reason`` is None for what is accepted; ``changed`` says that metadata has been taken out of the file."""

    reason: Reason | None = None
    where: str = ""
    changed: bool = False


def inspect(path: Path, media_type: str) -> Inspection:
    """Look into the file, which is the caller's own copy: of a picture, metadata is taken out of it in place.

    Raises:
        InspectionFailed: the child died or was too slow, by no fault of the file's that we know.
    """
    try:
        answer = _children().ask({"kind": _KINDS[media_type], "path": str(path)})
    except (ChildDied, ChildTooSlow) as error:
        raise InspectionFailed(str(error) or "the child died") from error
    if not answer.good:
        raise InspectionFailed(answer.data.decode("utf-8", "replace"))
    told = json.loads(answer.data)
    if told["reason"] is not None:
        return Inspection(Reason(told["reason"]), told["where"])
    return Inspection(changed=told["changed"])


_shared: Children | None = None
_making = threading.Lock()


def _children() -> Children:
    """This process's own, made when first needed and again after a fork."""
    global _shared
    with _making:
        if _shared is None or not _shared.is_ours:
            _shared = Children(CHILD, most=CHILDREN, answers_each=FILES_PER_CHILD, timeout=TIMEOUT_S)
            atexit.register(_shared.close)
        return _shared
