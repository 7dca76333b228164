import json
from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.mail_server import mail_server

PEOPLE = ["left@shop.example", "oncall@shop.example", "gone@shop.example"]


async def test_mail_that_only_some_get_is_no_success(tmp_path: Path) -> None:
    """Log and metric name the refusal of two recipients; the third gets the mail once."""
    async with mail_server() as mail:
        mail.refused = dict.fromkeys((PEOPLE[0], PEOPLE[2]), "550 5.1.1 unknown")
        email = {"host": "127.0.0.1", "port": mail.port, "security": "none", "sender": "posmon@shop.example"}
        async with neighbourhood(
            tmp_path,
            bad_terminal("gone", "http://127.0.0.1:1/"),
            healthy=3,
            detectors={"TerminalOffline": {"for": "0s"}},
            alerting={"resend_interval": "1s"},
            notify={"email": email | {"recipients": PEOPLE}, "gather": "100ms"},
        ) as here:
            line = json.loads(await here.posmon.until_logged("receiver.partly_refused"))
            assert line["reason"] == f"2 of 3 recipients refused: {PEOPLE[0]} (550), {PEOPLE[2]} (550)"

            async def is_counted() -> bool:
                name = "posmon_notifications_total"
                return await here.value(name, sink="email", result="partial") >= 1

            await here.until(is_counted, "a notification that only some got")
            await here.is_served()
    assert mail.recipients == [PEOPLE[1]]
