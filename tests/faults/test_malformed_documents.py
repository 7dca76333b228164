from pathlib import Path

from tests.faults.neighbourhood import bad_terminal, neighbourhood
from tests.integration.heartbeat_client.scripted_server import HEAD, Visit, serving

MARK = b"FROM-THE-PEER"
"""What no document but a good one may leave behind anywhere."""

SOUND = "SOUND-FIRMWARE"


def document(*members: bytes, terminal_id: bytes = b'"70000001"', word: bytes = MARK) -> bytes:
    """Return a heartbeat that says `word` wherever one is free, and has other members beside."""
    words = [b'"%b":"%b"' % (name, word) for name in (b"firmware_version", b"serial_number", b"model")]
    return b"{" + b",".join([b'"terminal_id":' + terminal_id, *words, *members]) + b"}"


def answer(body: bytes, *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a whole answer with a JSON body."""
    lines = (HEAD.rstrip().replace(b"200 OK", status), *fields, b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


BODIES = {
    "bytes that are not UTF-8": document(b'"app_version":"\xff\xfe"'),
    "UTF-8 longer than it need be": document(b'"app_version":"\xc0\xaf"'),
    "UTF-16": document().decode().encode("utf-16"),
    "NaN": document(b'"battery":{"percent":NaN}'),
    "NaN where nobody reads": document(b'"x":NaN'),
    "Infinity": document(b'"unsent_transactions":Infinity'),
    "30 000 lists": document(b'"x":' + b"[" * 30_000 + b"]" * 30_000),
    "10 000 objects": document(b'"x":' + b'{"":' * 10_000 + b"1" + b"}" * 10_000),
    "100 000 lists": document(b'"x":' + b"[" * 100_000 + b"]" * 100_000),
    "100 000 lists begun": document(b'"x":' + b"[" * 100_000),
    "a NUL": document(b'"app_version":"\0"'),
    "an id that is a number": document(terminal_id=b"10000001"),
    "an id that is not one": document(terminal_id=b'"%b\\r\\n"' % MARK),
    "no id": document(terminal_id=b"null"),
    "half a document": document()[:-1],
    "two documents": document() * 2,
    "a list": b"[" + document() + b"]",
    "a text": b'"%b"' % MARK,
    "a page": b"<html>%b</html>" % MARK,
    "a gzip that is none": document(),
    "nothing": b"",
}
"""What no heartbeat is, each in a 200 of its own."""

MEMBERS = {
    "1e999": b'"battery":{"percent":1e999}',
    "1e999 where nobody reads": b'"x":[1e999]',
    "2^70": b'"uptime_seconds":1180591620717411303424',
    "-2^70 where nobody reads": b'"x":{"y":-1180591620717411303424}',
    "a number of 10 000 digits": b'"x":' + b"9" * 10_000,
    "a key twice": b'"vendor":"%b","vendor":"%b2"' % (MARK, MARK),
    "a key twice where nobody reads": b'"x":{"%b":1,"%b":2}' % (MARK, MARK),
    "a key twice, once escaped": b'"vendor":"%b","\\u0076endor":"%b2"' % (MARK, MARK),
    "half a character": b'"app_version":"\\ud800%b"' % MARK,
    "half a character in a key nobody reads": b'"\\udfff%b":1' % MARK,
    "an escaped NUL": b'"app_version":"\\u0000%b"' % MARK,
    "an escaped NUL where nobody reads": b'"x":"\\u0000%b"' % MARK,
    "an escape sequence of screens": b'"app_version":"\\u001b[31m%b"' % MARK,
    "a word that the field has not": b'"printer":{"status":"%b"}' % MARK,
    "a text where an object belongs": b'"network":"%b"' % MARK,
    "a text beyond its length": b'"vendor":"%b"' % (MARK * 10),
    "a time that is none": b'"sent_at":"%b"' % MARK,
    "a list that is none": b'"events":"%b"' % MARK,
}
"""What a heartbeat may hold beside: each costs no more than its own field."""

NO_DOCUMENTS = {
    "not HTTP": MARK * 10 + b"\r\n\r\n",
    "HTTP/9.9": answer(document()).replace(b"HTTP/1.1", b"HTTP/9.9"),
    "a header without end of name": b"HTTP/1.1 200 OK\r\n" + MARK + b"\r\n\r\n",
    "another media type": answer(b"<html>").replace(b"application/json", b"text/" + MARK),
    "another coding": answer(document(), b"Content-Encoding: " + MARK),
    "two lengths": answer(document(), b"Content-Length: 1"),
}

ANSWERS = NO_DOCUMENTS | {
    kind: answer(body, *([b"Content-Encoding: gzip"] if "gzip" in kind else []))
    for kind, body in BODIES.items()
}

BAD_STATUS = answer(document(), b"X-Reason: " + MARK, status=b"500 " + MARK)


def taken(number: int, member: bytes) -> bytes:
    """Return the answer of the terminal `taken-NUMBER`, sound but for one member."""
    terminal_id = b'"taken-%d"' % number
    return answer(document(member, terminal_id=terminal_id, word=SOUND.encode()))


async def test_a_malformed_document_leaves_nothing_behind(tmp_path: Path) -> None:
    """Each comes to `protocol`, or to a reading without the field; no bad word is kept or shown anywhere."""
    sound = document(terminal_id=b'"sound"', word=SOUND.encode())
    said = {
        **{f"bad-{number}": answer for number, answer in enumerate(ANSWERS.values())},
        **{f"taken-{number}": taken(number, member) for number, member in enumerate(MEMBERS.values())},
        "bad-status": BAD_STATUS,
        "sound": answer(b"\xef\xbb\xbf" + sound + b"\0").replace(b"application/json", b"text/plain"),
    }

    async def script(visit: Visit) -> None:
        while True:
            name = (await visit.request())[5:].partition(b" ")[0].decode()
            await visit.send(said[name])

    async with serving(script) as server:
        bad = [bad_terminal(name, f"http://127.0.0.1:{server.port}/{name}") for name in said]
        refused = [name for name in said if name.startswith("bad-") and name != "bad-status"]
        accepted = [name for name in said if name.startswith("taken-")]
        quick = {"TerminalOffline": {"for": "1s"}, "HeartbeatUnreadable": {"for": "0s"}}
        async with neighbourhood(tmp_path, *bad, detectors=quick) as here:
            await here.until_polled_as("http_status", "bad-status")
            await here.until_polled_as("protocol", *refused, failures=2)
            await here.until_polled_as("ok", "sound", *accepted)
            await here.posmon.until_firing(*(("TerminalOffline", name) for name in (*refused, "bad-status")))
            unread = [name for name, kind in zip(accepted, MEMBERS, strict=True) if "nobody" not in kind]
            unread.remove(accepted[[*MEMBERS].index("a number of 10 000 digits")])
            await here.posmon.until_firing(*(("HeartbeatUnreadable", name) for name in unread))
            await here.is_served()
            shown = await here.shown(*said)
            assert await here.value("posmon_rejected_inputs_total", source="poll") >= 2 * len(refused)
            assert await here.value("posmon_unreadable_fields_total", source="poll", field="vendor") >= 3
        seen = {place for place, text in shown.items() if SOUND in text}
        assert seen >= {"/metrics", "/terminals/sound", "/api/v1/terminals/sound"}
        assert {place for place, text in shown.items() if MARK.decode() in text} == set()
