"""The engines on one machine: what ``make run`` and the tests stand on.

Starts PostgreSQL, the object store, the demo identity provider and the mail sink, keeps watch over them, and hands
over exactly what an operator's environment would hold.  Nothing here is imported by the portal itself: the portal
reads its environment and does not know who wrote it.
"""

from portal.embedded.engines import Engines
from portal.embedded.refusal import EnginesRefused

__all__ = ["Engines", "EnginesRefused"]
