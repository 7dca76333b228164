import asyncio
import signal
from pathlib import Path
from typing import Any

from monitor.domain.inventory.terminal import Terminal
from tests.integration.cli.command import posmon
from tests.integration.daemon.process import DaemonProcess, daemon, write_inventory, write_settings

WITHIN_S = 20.0
TERMINALS = [
    Terminal(terminal_id=f"1000000{number}", endpoint="http://127.0.0.1:9/", serial_number="")
    for number in (1, 2)
]


def create(folder: Path, *arguments: str) -> str:
    """Make a token and return it."""
    ended = posmon("token", "create", *arguments, cwd=folder)
    assert ended.code == 0, ended.err
    return ended.out.strip()


async def ask(running: DaemonProcess, method: str, path: str, token: str, **options: Any) -> tuple[int, Any]:
    """Ask with a token; return status and document."""
    headers = {"Authorization": f"Bearer {token}"}
    async with running.session.request(method, running.url + path, headers=headers, **options) as response:
        return response.status, await response.json(content_type=None)


async def test_tokens_from_the_command_line_to_the_daemon(tmp_path: Path) -> None:
    """Tokens let in what they are for, pushes arrive, a revoked one is out at once, all is on record."""
    write_inventory(tmp_path / "inventory.csv", TERMINALS)
    config = write_settings(tmp_path, web={"listen": "127.0.0.1:0", "tokens_file": "tokens"})
    reader = create(tmp_path, "alice", "--scope", "read")
    pusher = create(tmp_path, "till-1", "--scope", "push", "--terminal", "10000001")
    login = {"id": "e1", "at": "", "type": "operator_login", "operator_id": "01", "success": True}
    async with daemon(config) as running:
        status, document = await ask(running, "GET", "/api/v1/status", reader)
        assert status == 200
        login["at"] = document["now"]
        push = {"terminal_id": "10000001", "events": [login]}
        assert await ask(running, "POST", "/api/v1/events", pusher, json=push) == (
            202,
            {"accepted": 1, "duplicates": 0, "rejected": []},
        )
        _, again = await ask(running, "POST", "/api/v1/events", pusher, json=push)
        assert again["duplicates"] == 1
        status, beat = await ask(
            running, "POST", "/api/v1/heartbeats", pusher, json={"terminal_id": "10000001"}
        )
        assert (status, beat["accepted"]) == (202, 1)
        for terminal_id in ("10000002", "nobody"):
            status, _ = await ask(
                running, "POST", "/api/v1/heartbeats", pusher, json={"terminal_id": terminal_id}
            )
            assert status == 403
        shown = await asyncio.to_thread(
            posmon, "status", "-o", "json", env={"POSMON_URL": running.url, "POSMON_TOKEN": reader}
        )
        assert '"10000001"' in shown.out
        revoked = await asyncio.to_thread(posmon, "token", "revoke", reader.split("_")[1], cwd=tmp_path)
        assert revoked.code == 0
        async with asyncio.timeout(WITHIN_S):
            while (await ask(running, "GET", "/api/v1/status", reader))[0] != 401:  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # noqa: TID251 - another process looks at a file
        running.process.send_signal(signal.SIGHUP)
        for event in (
            "audit.token_revoked",
            "audit.push_refused",
            "audit.authentication_failed",
            "audit.reload",
        ):
            await running.until_logged(event)
        assert await running.stop() == 0
    log = "".join(running.log)
    for token in (reader, pusher):
        assert token.split("_", 2)[2] not in log


async def test_without_its_tokens_it_does_not_start(tmp_path: Path) -> None:
    """A file that is not there is a fault of the configuration, told before anything listens."""
    write_inventory(tmp_path / "inventory.csv", TERMINALS)
    write_settings(tmp_path, web={"listen": "127.0.0.1:0", "tokens_file": "tokens"})
    ended = await asyncio.to_thread(posmon, "run", cwd=tmp_path)
    assert ended.code == 1
    assert "there is no such file; `posmon token create` makes it" in ended.err
    assert "Traceback" not in ended.err
