"""``kundval verify`` and ``kundval export``: is a case as it was written?  As the owner, or on an exported file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from portal.db.session import make_engine, transaction
from portal.errors import NotFound
from portal.services import archive_file, case_package, exports
from portal.services.exports import Check, Package
from portal.services.papers import SealFolder
from portal.settings import Settings
from portal.store import open_store
from portal.web.signing import verify_stored_signature


def export(
    settings: Settings, owner_url: str, case: str, target: Path, *, now: datetime, municipality: str | None = None
) -> int:
    held = _package(settings, owner_url, case, municipality)
    if held is None:
        return 2
    with target.open("wb") as file:
        archive_file.write(held, file, made_at=now)
    print(f"{held.case['number']}: {len(held.case['events'])} events, {len(held.files)} files in {target}")
    return 0


def verify(settings: Settings, owner_url: str, case: str, *, municipality: str | None = None) -> int:
    held = _package(settings, owner_url, case, municipality)
    if held is None:
        return 2
    return report(held, [settings.eid_roots.read_text()] if settings.eid_roots else [])


def verify_file(source: Path, *, eid_roots: Sequence[str] = ()) -> int:
    """Offline.  Without the e-IDs' roots, a signer's certificate is taken as it stands."""
    try:
        held = archive_file.read(source)
    except (ValueError, OSError) as error:
        print(f"kundval: {source}: {error}")
        return 2
    return report(held, eid_roots)


def report(held: Package, eid_roots: Sequence[str]) -> int:
    """One line for each check; 1 when one does not hold."""

    def verify_signature(digest: bytes, signature: str, certificate: str, at: datetime) -> str | None:
        fault = verify_stored_signature(digest, signature, certificate or None, eid_roots, signed_at=at)
        return fault.value if fault else None

    checks = list(exports.check(held, verify_signature=verify_signature))
    for each in checks:
        print(_line(each))
    failed = [each for each in checks if not each.holds]
    number = held.case["number"] or held.case["id"]
    if failed:
        print(f"{number}: ALTERED. {len(failed)} of {len(checks)} checks do not hold.")
        return 1
    print(f"{number}: unaltered. All {len(checks)} checks hold.")
    return 0


def _line(check: Check) -> str:
    return f"{'ok   ' if check.holds else 'WRONG'}  {check.what}" + (f": {check.detail}" if check.detail else "")


def _package(settings: Settings, owner_url: str, case: str, municipality: str | None) -> Package | None:
    engine = make_engine(owner_url)
    store = open_store(settings)
    seals = SealFolder(settings.seal_folder)
    roots = [path.read_bytes() for path in seals.roots()]
    stamp_roots = [path.read_bytes() for path in seals.stamp_roots()]
    try:
        with transaction(engine) as db:
            case_id = exports.find_case(db, case, municipality=municipality)
            return case_package.package(db, case_id, store=store, roots=roots, stamp_roots=stamp_roots)
    except NotFound as error:
        print(f"kundval: not found: {error.kind} {error.id}")
        return None
    finally:
        engine.dispose()
