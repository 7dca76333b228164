import json
import re
from html.parser import HTMLParser
from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import HEAD, Visit, serving

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'{{7*7}}${7*7}<%= 7*7 %>",
    "</title></style></textarea><svg/onload=alert(4)>",
    "javascript:alert(5)",
    '" style="position:fixed" onmouseover="alert(6)',
    "<!--<u>&lt;&#60;&amp;",
    "<base href=//attacker.example>",
)
SAID = ("merchant_id", "serial_number", "vendor", "model", "firmware_version", "app_version")
KEPT = ("merchant_id", "merchant_name", "site", "region", "contact")
STRANGE = frozenset({"iframe", "object", "embed", "style", "textarea", "base", "u"})
"""Elements that no page of ours has."""

OWN = re.compile(r"/(?!/)|[#?]")
"""How an address on posmon's own pages begins."""


class Reader(HTMLParser):
    """Reads a page as a browser does, and notes what it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.words = ""
        self._script: str | None = None
        self.scripts: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        if tag == "script":
            self._script = dict(attrs).get("src") or "inline"
            self.scripts.add(self._script)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        """Note text, and what of it is a script."""
        if self._script is not None and data.strip():
            self.scripts.add("inline")
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a script."""
        if tag == "script":
            self._script = None


def dangers(reader: Reader) -> set[object]:
    """Return what of a page would do more than be read."""
    active = {
        (name, value)
        for name, value in reader.attributes
        if name.startswith("on")
        or name == "style"
        or (name in {"href", "src", "action"} and OWN.match(value) is None)
    }
    strangers = {source for source in reader.scripts if not source.startswith("/static/live.js?")}
    return reader.elements & STRANGE | active | strangers


async def test_markup_is_text(tmp_path: Path) -> None:
    """What terminals and the inventory say stands on the pages as it is, and does nothing."""

    async def script(visit: Visit) -> None:
        while True:
            number = int((await visit.request())[5:].partition(b" ")[0])
            said = {"terminal_id": f"markup-{number}", "pin_pad": {"status": "tampered"}}
            body = json.dumps(said | dict.fromkeys(SAID, MARKUP[number])).encode()
            await visit.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async with serving(script) as server:
        bad = [
            bad_terminal(
                f"markup-{number}", f"http://127.0.0.1:{server.port}/{number}", **dict.fromkeys(KEPT, text)
            )
            for number, text in enumerate(MARKUP)
        ]
        async with neighbourhood(tmp_path, *bad) as here:
            await here.posmon.until_firing(*(("TerminalTampered", terminal.terminal_id) for terminal in bad))
            await here.is_served()
            pages = ("/", "/terminals", *(f"/terminals/{terminal.terminal_id}" for terminal in bad))
            for path in (*pages, f"/{MARKUP[0]}", f"/terminals?q={MARKUP[1]}&site={MARKUP[5]}"):
                async with here.posmon.session.get(
                    here.posmon.url + path, headers={"Accept": "text/html"}
                ) as answer:
                    reader = Reader(await answer.text())
                    policy = answer.headers["Content-Security-Policy"]
                assert dangers(reader) == set(), path
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
            for terminal, text in zip(bad, MARKUP, strict=True):
                reader = Reader(await here.posmon.text(f"/terminals/{terminal.terminal_id}"))
                assert reader.words.count(text) >= 3
                rows = await here.posmon.get(f"/api/v1/terminals/{terminal.terminal_id}")
                assert {rows["site"], rows["reading"]["firmware_version"]} == {text}
