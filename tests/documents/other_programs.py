"""A sealed file as programs that are not ours read it."""

import subprocess
from pathlib import Path


def as_others_read(sealed: bytes, folder: Path) -> tuple[str, subprocess.CompletedProcess[str]]:
    """What poppler says of the seal, and what qpdf says of the file."""
    file = folder / "sealed.pdf"
    file.write_bytes(sealed)
    seal = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    return seal, subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
