"""clamd, where Debian's ``clamav-daemon`` is installed: with one signature of our own, that of the EICAR test file.

The official signatures take a gigabyte of memory and a download; what runs here
shows that scanning works and finds no real malware, which the portal is told
(``KUNDVAL_CLAMD_TRIAL``) so that its pages say so.
"""

import os
import shutil
import socket
from pathlib import Path

from portal.embedded.child import Child, surroundings
from portal.embedded.place import Place

# In two parts, so that no scanner takes this module for the test file itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST_SOCKET_PATH = 100
"""The system's own limit is 107."""

CONFIGURATION = """\
Foreground yes
DatabaseDirectory {signatures}
TemporaryDirectory {temporary}
LocalSocket {socket}
LocalSocketMode 600
FixStaleSocket yes
StreamMaxLength 2000M
MaxFileSize 2000M
MaxScanSize 2000M
AlertExceedsMax yes
MaxThreads 4
"""


def clamd() -> str | None:
    return shutil.which("clamd", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


def launch_virus_scanner(place: Place) -> tuple[Child, dict[str, str]] | None:
    """Launched, not waited for; None where it is not installed, or the folder's name is too long for a socket."""
    program = clamd()
    folder = place.folder("clamd")
    address = folder / "clamd.ctl"
    if program is None or len(str(address)) > LONGEST_SOCKET_PATH:
        return None
    signatures, temporary = place.folder("clamd/signatures"), place.folder("clamd/temporary")
    (signatures / "local.ndb").write_text(f"Kundval.Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    written = folder / "clamd.conf"
    written.write_text(CONFIGURATION.format(signatures=signatures, temporary=temporary, socket=address))
    child = Child(
        "The virus scanner",
        [program, f"--config-file={written}"],
        surroundings(),
        log=place.logs / "clamd.log",
        ready=lambda: _answers(address),
        patience=60.0,
        grace=5.0,
        kept_open=(place.lock,),
    )
    return child.launch(), {"KUNDVAL_CLAMD": f"unix:{address}", "KUNDVAL_CLAMD_TRIAL": "1"}


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(address))
        connection.sendall(b"zPING\0")
        return connection.recv(16).startswith(b"PONG")
