"""``kundval documents``: everything scanned again, and the store compared with the rows.  As the database's owner."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from documents.scan import Scanner
from portal.db.session import make_engine, reading, transaction
from portal.domain.criteria import DocumentState
from portal.services import examination, holdings
from portal.services.holdings import Fault
from portal.settings import Settings
from portal.store import open_store

Clock = Callable[[], datetime]


def rescan(settings: Settings, owner_url: str, *, before: datetime | None, clock: Clock) -> int:
    """Scan all that was last scanned with other signatures; 0 when all is clean, 1 when something was stopped.

    Begun again, it goes on with what is left.  2 when something could not be scanned.
    """
    scanner, store, engine = Scanner(settings.clamd), open_store(settings), make_engine(owner_url)
    if (version := scanner.version()) is None:
        print("kundval: the scanner does not answer, or none is configured (KUNDVAL_CLAMD)")
        return 2
    counted = dict.fromkeys((DocumentState.CLEAN, DocumentState.INFECTED, DocumentState.WAITING), 0)
    last: UUID | None = None
    try:
        while True:
            with reading(engine) as db:
                subjects = holdings.to_rescan(db, version, before=before, after=last)
            for subject in subjects:
                finding = examination.look_again(subject, store=store, scanner=scanner)
                with transaction(engine) as db:
                    examination.settle_again(db, subject, finding, base_url=settings.base_url, now=clock())
                outcome = finding.state
                counted[outcome] += 1
                if outcome is not DocumentState.CLEAN:
                    print(f"{subject.id}: {outcome.value} ({finding.because})")
                last = subject.id
            if not subjects:
                break
    finally:
        engine.dispose()
    clean, stopped, left = counted.values()
    print(f"{version}: {clean} clean, {stopped} stopped, {left} could not be scanned.")
    return 2 if left else 1 if stopped else 0


def check(settings: Settings, owner_url: str, *, after: UUID | None, now: datetime) -> int:
    """Compare each document with its object, by size and digest, and each object with the rows; 1 for any fault.

    Stopped in the middle, it says from where to go on.
    """
    store, engine = open_store(settings), make_engine(owner_url)
    looked, faults, last = 0, 0, after
    try:
        while True:
            with reading(engine) as db:
                page = holdings.held(db, after=last)
            for each in page:
                fault = holdings.fault_of(each, store=store)
                if fault is not None:
                    # It may have been moved or removed since the page was read.
                    with reading(engine) as db:
                        again = holdings.held(db, after=None, one=each.id)
                    fault = holdings.fault_of(again[0], store=store) if again else None
                looked, last = looked + 1, each.id
                if fault is not None:
                    faults += 1
                    print(f"{fault.value}: document {each.id}")
            if not page:
                break
        for keys in holdings.old_keys(store, now=now):
            with reading(engine) as db:
                strangers = holdings.unknown(db, keys)
            for key in strangers:
                print(f"{Fault.UNKNOWN.value}: object {key}")
            faults += len(strangers)
    except KeyboardInterrupt:
        print(f"kundval: stopped; go on with --after {last}")
        return 130
    finally:
        engine.dispose()
    print(f"{looked} documents compared, {faults} faults.")
    return 1 if faults else 0
