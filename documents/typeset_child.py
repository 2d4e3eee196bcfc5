"""The typesetting child: runs as a script, reads requests, writes PDFs, and ends when its parent does.

Imports nothing of ours. Kept apart so that typst's growing cache, or a template
that runs away, costs one process and not the portal.
"""

import json
import resource
import struct
import sys

import typst

MOST_MEMORY_BYTES = 2 * 1024**3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    fonts: dict[str, typst.Fonts] = {}
    while len(size := sys.stdin.buffer.read(8)) == 8:
        request = json.loads(sys.stdin.buffer.read(struct.unpack("!Q", size)[0]))
        folder = request["fonts"]
        if folder not in fonts:
            fonts[folder] = typst.Fonts(include_system_fonts=False, font_paths=[folder])
        try:
            answer = typst.compile(
                request["main"],
                root=request["root"],
                font_paths=fonts[folder],
                sys_inputs=request["inputs"],
                pdf_standards=["a-2a", "ua-1"],
                timestamp=request["made_at"],
            )
            mark = b"+"
        except typst.TypstError as error:
            answer, mark = str(error.diagnostic).encode(), b"-"
        sys.stdout.buffer.write(mark + struct.pack("!Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
