"""``kundval``: the portal's commands.

serve      the web processes
worker     the jobs
migrate    bring the database up to date, as its owner
demo       start everything with demo data on this machine
seed-demo  add the demo municipalities and their cases, once
verify     a case, or an exported file: is everything as it was written?
export     a case as one file, to be verified anywhere
documents  scan everything again, or compare the store with the rows
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from portal.settings import BadSettings, Settings


def serve(arguments: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    settings = Settings.from_env()  # Every fault is said once, here, and not in each worker.
    Granian(
        "portal.__main__:made_app",
        factory=True,
        address=arguments.host,
        port=arguments.port or urlsplit(settings.base_url).port or 8000,
        interface=Interfaces.ASGI,
        workers=arguments.workers,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
    return 0


def made_app() -> object:
    """What granian imports in each of its workers."""
    from portal.app import create_app

    return create_app(Settings.from_env())


def worker(_: argparse.Namespace) -> int:
    from portal.jobs import run

    run(Settings.from_env())
    return 0


def migrate(_: argparse.Namespace) -> int:
    from portal.db.migrate import upgrade

    upgrade(_owner_url())
    return 0


def demo(arguments: argparse.Namespace) -> int:
    from portal.embedded.demo import main as start

    return int(start(arguments.port) or 0)


def seed_demo(_: argparse.Namespace) -> int:
    from portal.demo import seed

    seed(Settings.from_env(), now=datetime.now(UTC))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    from portal import evidence

    if arguments.case.endswith(".zip"):
        roots = os.environ.get("KUNDVAL_EID_ROOTS", "")
        return evidence.verify_file(Path(arguments.case), eid_roots=[Path(roots).read_text()] if roots else [])
    settings, owner_url = Settings.from_env(), _owner_url()
    if arguments.export:
        evidence.export(
            settings,
            owner_url,
            arguments.case,
            arguments.export,
            now=datetime.now(UTC),
            municipality=arguments.municipality,
        )
    return evidence.verify(settings, owner_url, arguments.case, municipality=arguments.municipality)


def export(arguments: argparse.Namespace) -> int:
    from portal import evidence

    return evidence.export(
        Settings.from_env(),
        _owner_url(),
        arguments.case,
        arguments.file,
        now=datetime.now(UTC),
        municipality=arguments.municipality,
    )


def rescan_documents(arguments: argparse.Namespace) -> int:
    from portal import upkeep

    before = arguments.before
    if before is not None and before.tzinfo is None:
        before = before.astimezone(UTC)
    return upkeep.rescan(Settings.from_env(), _owner_url(), before=before, clock=lambda: datetime.now(UTC))


def check_documents(arguments: argparse.Namespace) -> int:
    from portal import upkeep

    return upkeep.check(Settings.from_env(), _owner_url(), after=arguments.after, now=datetime.now(UTC))


def _owner_url() -> str:
    if not (url := os.environ.get("KUNDVAL_OWNER_DATABASE_URL", "")):
        raise BadSettings("KUNDVAL_OWNER_DATABASE_URL is not set: this command works as the database's owner")
    return url


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="kundval", description="The portal for customer choice (kundval, LOV).")
    commands = parser.add_subparsers(required=True, metavar="command")
    port = int(os.environ.get("PORT", "8000"))

    command = commands.add_parser("serve", help="the web processes")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, help="by default the one of KUNDVAL_BASE_URL, or 8000 behind a proxy")
    command.add_argument("--workers", type=int, default=2)
    command.set_defaults(run=serve)

    commands.add_parser("worker", help="the jobs").set_defaults(run=worker)
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(run=migrate)
    commands.add_parser("seed-demo", help="the demo municipalities, once").set_defaults(run=seed_demo)

    command = commands.add_parser("demo", help="start everything with demo data")
    command.add_argument("--port", type=int, default=port)
    command.set_defaults(run=demo)

    command = commands.add_parser("verify", help="is everything in a case as it was written?")
    command.add_argument("case", help="case number, id, or an exported .zip, which needs neither database nor store")
    command.add_argument("--municipality", help="its slug, where two municipalities have the same case number")
    command.add_argument("--export", type=Path, metavar="FILE.zip", help="write the export too")
    command.set_defaults(run=verify)

    command = commands.add_parser("export", help="a case as one file, to be verified anywhere")
    command.add_argument("case", help="case number or id")
    command.add_argument("file", type=Path)
    command.add_argument("--municipality", help="its slug, where two municipalities have the same case number")
    command.set_defaults(run=export)

    documents = commands.add_parser("documents", help="what companies have handed in, all of it").add_subparsers(
        required=True, metavar="what"
    )
    command = documents.add_parser("rescan", help="scan what was last scanned with older signatures")
    command.add_argument("--before", type=datetime.fromisoformat, metavar="MOMENT", help="or before a moment")
    command.set_defaults(run=rescan_documents)
    command = documents.add_parser("check", help="is each document in the store as its row says, and nothing else?")
    command.add_argument("--after", type=UUID, metavar="ID", help="go on after this document")
    command.set_defaults(run=check_documents)

    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except BadSettings as faults:
        print(f"kundval: {faults}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
