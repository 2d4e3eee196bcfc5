"""Asks a server on this machine for pages, as so many browsers at once, and says how long each answer took.

A process of its own, so that what it costs is the same for the portal and for
the floor: ``python -m tests.bench.client``, a plan as JSON on its input, the
times as JSON on its output.  Bounded in number and in time; never leaves the
machine.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

HOST = "127.0.0.1"
ANSWERED_IN = 30.0


@dataclass(frozen=True)
class Plan:
    """``requests``: whole requests as they go over the wire, taken in turn; ``once``: each at most one time."""

    port: int
    requests: tuple[str, ...]
    concurrency: int
    most: int
    seconds: float
    expected: int
    once: bool = False


@dataclass(frozen=True)
class Measured:
    """``wrong``: the first answer that was not the one expected, if any was."""

    milliseconds: tuple[float, ...]
    seconds: float
    wrong: str | None = None


async def measure(plan: Plan) -> Measured:
    requests = [each.encode() for each in plan.requests]
    most = min(plan.most, len(requests)) if plan.once else plan.most
    took: list[float] = []
    wrong: list[str] = []
    taken = 0
    until = time.perf_counter() + plan.seconds

    async def browser() -> None:
        nonlocal taken
        reader, writer = await asyncio.open_connection(HOST, plan.port, limit=4_000_000)
        try:
            while taken < most and time.perf_counter() < until and not wrong:
                request = requests[taken % len(requests)]
                taken += 1
                began = time.perf_counter()
                writer.write(request)
                status, body = await asyncio.wait_for(_answer(reader), ANSWERED_IN)
                took.append((time.perf_counter() - began) * 1000)
                if status != plan.expected:
                    wrong.append(f"{status} to {request[:120]!r}: {body[-1500:].decode('utf-8', 'replace')}")
        finally:
            writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(browser() for _ in range(plan.concurrency)))
    return Measured(tuple(took), time.perf_counter() - began, wrong[0] if wrong else None)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        length = int(head[at + 17 : head.index(b"\r\n", at + 2)])
        return status, await reader.readexactly(length)
    body = b""
    while (size := int(await reader.readline(), 16)) > 0:
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return status, body


def main() -> None:
    told: dict[str, Any] = json.loads(sys.stdin.read())
    plan = Plan(**{**told, "requests": tuple(told["requests"])})
    print(json.dumps(asdict(asyncio.run(measure(plan)))))


if __name__ == "__main__":
    main()
