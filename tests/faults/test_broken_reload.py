import json
import signal
from pathlib import Path

from tests.faults.neighbourhood import Neighbourhood, neighbourhood

SECRET = "hunter2-hunter2"  # noqa: S105 - the one not to be told
PASSWORD = {"alertmanagers": ["http://127.0.0.1:1"], "basic_auth": {"username": "x", "password": SECRET}}
SOUND = {"inventory": {"path": "inventory.csv"}, "web": {"listen": "127.0.0.1:0"}, "alerting": PASSWORD}

BROKEN: dict[str, bytes] = {
    "an empty interval": json.dumps(SOUND | {"polling": {"interval": ""}}).encode(),
    "half a file": json.dumps(SOUND).encode()[:-20],
    "no YAML": b"\t%s: {{" + SECRET.encode(),
    "a secret in a list": f"alerting: {{bearer_token: [{SECRET}]}}".encode(),
    "a secret twice": f"alerting: {{bearer_token: {SECRET}, bearer_token: {SECRET}}}".encode(),
    "a secret in a URL that is none": f"alerting: {{alertmanagers: ['ftp://x:{SECRET}@h']}}".encode(),
    "a password and a token": json.dumps(SOUND | {"alerting": PASSWORD | {"bearer_token": SECRET}}).encode(),
    "a secret behind an unclosed quote": f"alerting: {{bearer_token: '{SECRET}".encode(),
    "a secret beside a misspelt key": json.dumps(SOUND | {"aleting": PASSWORD}).encode(),
    "a secret where keys belong": f"alerting: {{basic_auth: 'x:{SECRET}'}}".encode(),
    "a secret where a section belongs": f"alerting: {SECRET}".encode(),
    "a list": b"- " + SECRET.encode(),
    "aliases by the thousand": b"a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]",
    "a tag": b"!!python/object/apply:os.system [" + SECRET.encode() + b"]",
    "depth": b"[" * 10_000,
    "not UTF-8": b"\xff\xfe\x00" + SECRET.encode(),
    "a NUL": b"polling: {interval: 1s\0}",
    "a timeout longer than the interval": b"polling: {interval: 1s, timeout: 2s}",
    "another inventory, which is not there": b"inventory: {path: nowhere.csv}",
}


async def reload(here: Neighbourhood) -> tuple[int, str]:
    """Ask for a reload over HTTP and return status and answer."""
    async with here.posmon.session.post(f"{here.posmon.url}/-/reload") as response:
        return response.status, await response.text()


async def test_a_broken_configuration_changes_nothing(tmp_path: Path) -> None:
    """What is in force stays, the metric is 0, the log says why, and no secret is told."""
    async with neighbourhood(tmp_path, alerting=PASSWORD) as here:
        config = tmp_path / "posmon.yaml"
        sound = config.read_bytes()
        for kind, content in BROKEN.items():
            here.posmon.log.clear()
            config.write_bytes(content)
            status, answer = await reload(here)
            assert status == 422, kind
            assert json.loads(answer)["faults"], kind
            await here.posmon.until_logged("reload.refused")
            assert SECRET not in answer + "".join(here.posmon.log), kind
        config.unlink()
        assert (await reload(here))[0] == 422
        config.mkdir()
        assert (await reload(here))[0] == 422
        assert await here.value("posmon_config_last_reload_successful") == 0
        here.posmon.log.clear()
        here.posmon.process.send_signal(signal.SIGHUP)
        assert SECRET not in await here.posmon.until_logged("reload.refused")
        await here.is_served()
        config.rmdir()
        config.write_bytes(sound)
        assert (await reload(here))[0] == 200
        assert await here.value("posmon_config_last_reload_successful") == 1
        await here.is_served()
