import asyncio
import csv
import json
from pathlib import Path

from tests.faults.neighbourhood import Neighbourhood, bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import HEAD, Visit, serving

FORGED = '{"level": "info", "event": "forged"}'
BREAKS = (
    "\n",
    "\r\n",
    "\r",
    "\v",
    "\f",
    "\x1b[2K\x1b[31m",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\0",
    "\x7f",
)
INJECTIONS = tuple(f"x{mark}{FORGED}{mark}x" for mark in BREAKS)
PRINTABLE = f'x"}} {FORGED}\\n \\u000a 朝阳'
"""What may stand in an inventory, and is logged."""

FIELDS = ("merchant_id", "serial_number", "vendor", "model", "firmware_version", "app_version", "sent_at")


def answers() -> list[bytes]:
    """Return what terminals put in: as words of a heartbeat, in its id, in a status line, in headers."""
    said = []
    for injection in INJECTIONS:
        bodies = [
            json.dumps({"terminal_id": "70000001"} | dict.fromkeys(FIELDS, injection)).encode(),
            json.dumps({"terminal_id": injection}).encode(),
        ]
        said += [HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]
        raw = injection.encode()
        said.append(b"HTTP/1.1 500 " + raw + b"\r\nX: " + raw + b"\r\nContent-Length: 0\r\n\r\n")
    return said


async def ask(here: Neighbourhood, head: str) -> None:
    """Send a request as it is, and wait until it is answered or refused."""
    host, _, port = here.posmon.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + b"\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()


async def attack(here: Neighbourhood, folder: Path) -> None:
    """Put injections into requests, and into the files of a reload."""
    inventory, config = folder / "inventory.csv", folder / "posmon.yaml"
    before = inventory.read_bytes(), config.read_bytes()
    for injection in INJECTIONS:
        quoted = "".join(f"%{byte:02x}" for byte in injection.encode())
        await ask(here, f"GET /terminals/{quoted}?{quoted}={quoted} HTTP/1.1\r\nHost: localhost")
        await ask(here, f"GET /{injection} HTTP/1.1\r\nHost: localhost")
        await ask(here, f"GET / HTTP/1.1\r\nHost: {injection}")
        await ask(here, f"{injection} / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {injection}")
        with inventory.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["terminal_id", "endpoint", injection], [injection] * 3, [injection]])
        assert await here.posmon.status_of("/-/reload", method="POST") == 422
        broken = {injection: injection, "inventory": {"path": f"{injection}.csv"}, "polling": injection}
        config.write_text(json.dumps(broken), encoding="utf-8")
        assert await here.posmon.status_of("/-/reload", method="POST") == 422
        inventory.write_bytes(before[0])
        config.write_bytes(before[1])


async def test_one_event_is_one_object_on_one_line(tmp_path: Path) -> None:
    """Whatever terminals, requests and files contain, none begins a line of its own or speaks to a screen."""
    said = answers()

    async def script(visit: Visit) -> None:
        while True:
            await visit.send(said[int((await visit.request())[5:].partition(b" ")[0])])

    async with serving(script) as server:
        bad = [
            bad_terminal(f"bad-{number}", f"http://127.0.0.1:{server.port}/{number}", site=PRINTABLE)
            for number in range(len(said))
        ]
        async with neighbourhood(tmp_path, *bad, detectors={"WrongAnswers": {"for": "0s"}}) as here:
            await attack(here, tmp_path)
            await here.posmon.until_firing(("WrongAnswers", PRINTABLE))
            await here.posmon.until_logged("alert.fired")
            await here.is_served()
            await here.posmon.stop()
    log = "".join(here.posmon.log)
    events = [json.loads(line) for line in log.removesuffix("\n").split("\n")]
    assert all(event.keys() >= {"timestamp", "level", "event"} for event in events)
    assert {event["event"] for event in events} >= {"poll.failed", "alert.fired", "reload.refused"}
    assert "forged" not in {event["event"] for event in events}
    assert PRINTABLE in {event.get("site") for event in events}
    assert log.replace("\n", "").isprintable()
