"""``python -m tests.bench.reading``: how long a report of 2 MB takes to read (aim: at most 100 ms).

Measured on a report as programs write them (many tagged numbers in a table) and
on the slowest that is taken in: prefixes bound again at each number.
"""

import statistics
import time
from collections.abc import Callable

from documents.ixbrl import read_report
from documents.sie import read_ledger
from tests.annual_reports import BALANCE, CLOSING, YEAR_BEFORE, Row, sie, xhtml

MEGABYTES = 2
AIM_MS = 100.0
ROUNDS = 15


def cases() -> dict[str, Callable[[], object]]:
    report, ledger = usual(), bookkeeping()
    again = report.replace(b"<tr>", b'<tr xmlns:n="http://example.org/n">')
    return {
        f"iXBRL, {len(report) / 1e6:.1f} MB": lambda: read_report(report),
        f"iXBRL with prefixes bound again, {len(again) / 1e6:.1f} MB": lambda: read_report(again),
        f"SIE 4, {len(ledger) / 1e6:.1f} MB": lambda: read_ledger(ledger),
    }


def usual() -> bytes:
    """2 MB: balance sheet, notes with numbers, and the pages of text between them."""
    text = f"<p>{'Styrelsen och verkställande direktören avger härmed följande årsredovisning. ' * 12}</p>"
    rows: list[Row] = [*BALANCE, *YEAR_BEFORE]
    rows += [Row(f"Not{number}", f"{number} 000", id=f"not-{number}") for number in range(1, 2501)]
    report = xhtml(*rows)
    return report.replace(
        b"</table>", b"</table>" + text.encode() * ((MEGABYTES * 10**6 - len(report)) // len(text.encode()))
    )


def bookkeeping() -> bytes:
    vouchers = "".join(
        f'#VER A {number} 20240601 "Verifikat {number}"\r\n{{\r\n#TRANS 1910 {{}} 10.00 20240601 "Kassa"\r\n'
        f"#TRANS 3010 {{}} -10.00\r\n}}\r\n"
        for number in range(MEGABYTES * 10**6 // 100)
    )
    return sie(closing=CLOSING, vouchers=vouchers)


def measure(problem: Callable[[str], None]) -> list[str]:
    """A line for each case; one above the aim is also told as a problem."""
    lines = []
    for name, read in cases().items():
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            read()
            times.append((time.perf_counter() - began) * 1000)
        median = statistics.median(times)
        lines.append(f"{name:45} p50 {median:6.1f} ms, worst {max(times):6.1f} ms")
        if name.startswith("iXBRL") and median > AIM_MS:
            problem(f"{name}: {median:.0f} ms, aim {AIM_MS:.0f}")
    return lines


if __name__ == "__main__":
    print("\n".join(measure(print)))
