from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import HEAD, Visit, serving

MARK = b"FROM-THE-PEER"
"""What no document but a good one may leave behind anywhere."""

SOUND = "SOUND-FIRMWARE"


def document(*members: bytes, terminal_id: bytes = b'"70000001"') -> bytes:
    """Return a heartbeat that says MARK wherever a word is free, and has other members beside."""
    words = [b'"%b":"%b"' % (name, MARK) for name in (b"firmware_version", b"serial_number", b"model")]
    return b"{" + b",".join([b'"terminal_id":' + terminal_id, *words, *members]) + b"}"


def answer(body: bytes, *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a whole answer with a JSON body."""
    lines = (HEAD.rstrip().replace(b"200 OK", status), *fields, b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


BODIES = {
    "bytes that are not UTF-8": document(b'"app_version":"\xff\xfe"'),
    "UTF-8 longer than it need be": document(b'"app_version":"\xc0\xaf"'),
    "UTF-16": document().decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + document(),
    "NaN": document(b'"battery":{"percent":NaN}'),
    "NaN where nobody reads": document(b'"x":NaN'),
    "Infinity": document(b'"unsent_transactions":Infinity'),
    "1e999": document(b'"battery":{"percent":1e999}'),
    "1e999 where nobody reads": document(b'"x":[1e999]'),
    "2^70": document(b'"uptime_seconds":1180591620717411303424'),
    "-2^70 where nobody reads": document(b'"x":{"y":-1180591620717411303424}'),
    "a number of 10 000 digits": document(b'"x":' + b"9" * 10_000),
    "a key twice": document(b'"firmware_version":"%b"' % MARK),
    "a key twice where nobody reads": document(b'"x":{"%b":1,"%b":2}' % (MARK, MARK)),
    "a key twice, once escaped": document(b'"\\u0066irmware_version":"%b"' % MARK),
    "30 000 lists": document(b'"x":' + b"[" * 30_000 + b"]" * 30_000),
    "10 000 objects": document(b'"x":' + b'{"":' * 10_000 + b"1" + b"}" * 10_000),
    "100 000 lists": document(b'"x":' + b"[" * 100_000 + b"]" * 100_000),
    "100 000 lists begun": document(b'"x":' + b"[" * 100_000),
    "half a character": document(b'"app_version":"\\ud800"'),
    "half a character in a key nobody reads": document(b'"\\udfff%b":1' % MARK),
    "an escaped NUL": document(b'"app_version":"\\u0000"'),
    "an escaped NUL where nobody reads": document(b'"x":"\\u0000"'),
    "a NUL": document(b'"app_version":"\0"'),
    "an escape sequence of screens": document(b'"app_version":"\\u001b[31m%b"' % MARK),
    "an id that is a number": document(terminal_id=b"10000001"),
    "an id that is not one": document(terminal_id=b'"%b\\r\\n"' % MARK),
    "no id": document(terminal_id=b"null"),
    "a word that the field has not": document(b'"printer":{"status":"%b"}' % MARK),
    "a text where an object belongs": document(b'"network":"%b"' % MARK),
    "a text beyond its length": document(b'"vendor":"%b"' % (MARK * 10)),
    "half a document": document()[:-1],
    "two documents": document() * 2,
    "a list": b"[" + document() + b"]",
    "a text": b'"%b"' % MARK,
    "a page": b"<html>%b</html>" % MARK,
    "a gzip that is none": document(),
    "nothing": b"",
}
"""What no heartbeat holds, each in a 200 of its own."""

NO_DOCUMENTS = {
    "not HTTP": MARK * 10 + b"\r\n\r\n",
    "HTTP/9.9": answer(document()).replace(b"HTTP/1.1", b"HTTP/9.9"),
    "a header without end of name": b"HTTP/1.1 200 OK\r\n" + MARK + b"\r\n\r\n",
    "another media type": answer(document()).replace(b"application/json", b"text/" + MARK),
    "another coding": answer(document(), b"Content-Encoding: " + MARK),
    "two lengths": answer(document(), b"Content-Length: 1"),
}

ANSWERS = NO_DOCUMENTS | {
    kind: answer(body, *([b"Content-Encoding: gzip"] if "gzip" in kind else []))
    for kind, body in BODIES.items()
}

BAD_STATUS = answer(document(), b"X-Reason: " + MARK, status=b"500 " + MARK)


async def test_a_malformed_document_leaves_nothing_behind(tmp_path: Path) -> None:
    """Each kind comes to `protocol`, and no word of it to store, metrics, log, API or page."""
    said = [
        *ANSWERS.values(),
        BAD_STATUS,
        answer(document(terminal_id=b'"sound"').replace(MARK, SOUND.encode())),
    ]

    async def script(visit: Visit) -> None:
        while True:
            number = int((await visit.request())[5:].partition(b" ")[0])
            await visit.send(said[number])

    async with serving(script) as server:
        names = [*(f"bad-{number}" for number in range(len(ANSWERS))), "bad-status", "sound"]
        bad = [
            bad_terminal(name, f"http://127.0.0.1:{server.port}/{number}")
            for number, name in enumerate(names)
        ]
        quick = {"TerminalOffline": {"for": "1s"}}
        async with neighbourhood(tmp_path, *bad, detectors=quick) as here:
            kinds = dict(zip(names, ANSWERS, strict=False))
            await here.until_polled_as("http_status", "bad-status")
            await here.until_polled_as("protocol", *kinds, failures=2)
            await here.posmon.until_firing(*(("TerminalOffline", name) for name in (*kinds, "bad-status")))
            await here.is_served()
            shown = await here.shown(*names)
            assert await here.value("posmon_rejected_inputs_total", source="poll") >= 2 * len(kinds)
        seen = {place for place, text in shown.items() if SOUND in text}
        assert seen >= {"/metrics", "/terminals/sound", "/api/v1/terminals/sound"}
        assert {place for place, text in shown.items() if MARK.decode() in text} == set()
