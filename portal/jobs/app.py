"""The worker's own procrastinate application.

Not ``portal.db.queue.queue``: that one defers on the caller's connection, and
cannot while it is open as a worker's.
"""

import procrastinate

app = procrastinate.App(connector=procrastinate.PsycopgConnector())
