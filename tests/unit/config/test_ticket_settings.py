"""Systems of tickets as they are written, and as they are wrong."""

from pathlib import Path

import pytest

from monitor.config.description import describe
from monitor.config.loading import load_settings
from monitor.config.settings import Settings
from monitor.domain.errors import InvalidConfiguration
from tests.ticket_systems import SYSTEMS, ServiceNow, adapted, recipes

GOOD = """
notify:
  tickets:
    - name: desk
      url: https://desk.example
      bearer_token: {file: secret}
      headers: {X-Key: k3y-of-old}
      values: {urgency: {of: severity, critical: 1, else: 3}}
      session: {path: /begin, token: token}
      find:
        path: /t?q={{ ref }}
        id: "[0].id"
      open:
        path: /t
        headers: {X-Session: "{{ session }}"}
        json:
          ref: "{{ ref }}"
          deep: [{urgency: "{{ urgency }}"}, null, 2.5, true]
        id: id
      update: {path: "/t/{{ id }}", text: "{{ text }}"}
      close: {method: DELETE, path: "/t/{{ id }}"}
      reopen: {within: 2h, path: "/t/{{ id }}/reopen"}
"""


def load(folder: Path, text: str) -> Settings:
    """Load a configuration."""
    (folder / "secret").write_text("s3cr3t-token", encoding="utf-8")
    (folder / "posmon.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder / "posmon.yaml", {})


def test_secrets_are_read_and_not_shown(tmp_path: Path) -> None:
    """Neither of the receiver nor of its requests; the rest is shown as it is written."""
    settings = load(tmp_path, GOOD)
    (desk,) = settings.notify.tickets
    assert desk.bearer_token is not None
    assert desk.bearer_token.get_secret_value() == "s3cr3t-token"
    shown = describe(settings) + repr(settings)
    assert "s3cr3t" not in shown
    assert "k3y-of-old" not in shown
    assert 'json: {ref: "{{ ref }}", deep: [{urgency: "{{ urgency }}"}, null, 2.5, true]}' in shown
    assert (desk.policy(believed_s=1).reopen_within_s, desk.policy(believed_s=1).min_age_s) == (7200, 900)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_recipes_are_good(name: str, tmp_path: Path) -> None:
    """As they stand in the document, but for the address and the place of the secrets."""
    settings = load(
        tmp_path,
        adapted(name, SYSTEMS[name](), tmp_path)
        .replace("url: \n", "url: https://x.example\n")
        .replace("url: /", "url: https://x.example/"),
    )
    assert [one.name for one in settings.notify.tickets] == [name]
    assert "url: https://" in recipes()[name]
    assert ServiceNow().url == ""


FAULTS = [
    (
        '/t/{{ id }}", text',
        '/t/{{ idd }}", text',
        20,
        "update.path: {{ idd }} names no value; did you mean 'id'?",
    ),
    ('ref: "{{ ref }}"', 'ref: "{{ ref"', 17, "open.json.ref: has braces that are no place for a value"),
    (
        '{{ urgency }}"}, null',
        '{{ id }}"}, null',
        18,
        "open.json.deep[0].urgency: {{ id }} is not known before",
    ),
    (
        'text: "{{ text }}"',
        'text: "{{ alerts }}"',
        20,
        "update.text: {{ alerts }} is no text; in json it may",
    ),
    (
        'text: "{{ text }}"',
        'text: "{{ title.x }}"',
        20,
        "update.text: {{ title.x }} names a part; only labels",
    ),
    (
        "      session: {path: /begin, token: token}\n",
        "",
        14,
        "open.headers.X-Session: {{ session }} needs a session",
    ),
    ("        id: id\n", "", 13, "open.id: is missing: update names the id; where does the answer have it?"),
    ("        id: id\n", "        id: id[\n", 19, "open.id: not a JMESPath expression"),
    ("path: /t?q={{ ref }}", "path: /t?q=x", 11, "find.path: does not ask for {{ ref }}"),
    ('ref: "{{ ref }}"', "ref: x", 13, "open: does not carry {{ ref }}, by which find asks"),
    (
        "        path: /t\n        headers",
        "        path: t\n        headers",
        14,
        "open.path: write a path that begins with /",
    ),
    ('text: "{{ text }}"', "text: a, json: {}", 20, "update.text: cannot stand beside json"),
    ("{method: DELETE", "{method: GET, text: a", 21, "close.method: a GET has no body; write POST"),
    ("of: severity", "of: severities", 8, "values.urgency.of: names no value; did you mean 'severity'?"),
    ("{urgency: {of", "{title: {of", 8, "values.title: is the name of a value that posmon gives"),
    ("{of: severity, critical: 1, else: 3}", "{critical: 1}", 8, "values.urgency: has no 'of'"),
    ("{of: severity, critical: 1, else: 3}", "3", 8, "values: write a table, as in"),
    ("within: 2h", "within: 1s", 22, "reopen.within: must be at least 1m"),
    ("url: https://desk.example", "url: https://desk.example/?a=b", 5, "url: a query has no place here"),
    ("name: desk", "name: email", 4, "name: is the name of another receiver"),
    (
        "      open:\n",
        "      match: {sites: a}\n      open:\n",
        13,
        "match.sites: not a key of a match; did you mean 'site'?",
    ),
    ("      open:\n", "      group_by: []\n      open:\n", 13, "group_by: names no label"),
    (
        "      open:\n",
        "      link: 'javascript:{{ id }}'\n      open:\n",
        13,
        "link: does not begin with https://",
    ),
    (
        "      open:\n",
        "      link: 'https://x/{{ title }}'\n      open:\n",
        13,
        "link: {{ title }} names no value",
    ),
    ("      open:\n", "      opened: 3\n      open:\n", 13, "opened: unknown key; did you mean 'open'?"),
    ("bearer_token: {file: secret}", "bearer_token: {file: gone}", 6, "bearer_token: the secret's file"),
]


@pytest.mark.parametrize(("good", "bad", "line", "fault"), FAULTS, ids=[fault[-1][:40] for fault in FAULTS])
def test_mistakes_have_line_key_and_reason(
    good: str, bad: str, line: int, fault: str, tmp_path: Path
) -> None:
    """`posmon config check` prints them; no secret is among them."""
    assert good in GOOD
    with pytest.raises(InvalidConfiguration) as raised:
        load(tmp_path, GOOD.replace(good, bad, 1))
    said = [str(one) for one in raised.value.faults]
    assert any(f":{line}: notify.tickets[0].{fault}" in one for one in said), said
    assert "k3y-of-old" not in str(said)
