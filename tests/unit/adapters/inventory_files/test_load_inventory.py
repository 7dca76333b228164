import csv
import io
import os
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.inventory_files import load_inventory
from monitor.adapters.inventory_files.rows import REST_EVERY
from monitor.config.dialect_files import OWN
from monitor.domain.errors import InvalidInventory
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.inventory import Inventory
from monitor.domain.inventory.terminal import FIELDS, InventoryStatus, Terminal
from tests.unit.adapters.inventory_files.bad_files import SAID

DATA = Path(__file__).parent / "data"
EXAMPLE = Path(__file__).parents[4] / "config/inventory.example.csv"


def load(tmp_path: Path, text: str | bytes, name: str = "inventory.csv") -> Inventory:
    """Write and load an inventory."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_inventory(path, policy=AddressPolicy())


@pytest.mark.parametrize("name", sorted(SAID))
def test_bad_file_is_refused_with_its_reasons(name: str) -> None:
    """Each bad file is refused, and what is said names line, column and reason of every fault."""
    with pytest.raises(InvalidInventory) as caught:
        load_inventory(DATA / name, policy=AddressPolicy())
    path = str(DATA / name)
    assert [str(fault).removeprefix(path) for fault in caught.value.faults] == SAID[name]


def test_every_bad_file_has_its_reasons() -> None:
    """No file lies in `data` without being looked at."""
    assert {path.name for path in DATA.iterdir()} == set(SAID)


@pytest.mark.parametrize("name", sorted(SAID))
def test_no_reason_quotes_cells(name: str) -> None:
    """Neither passwords nor what could be a card number is repeated in messages, and each is one line."""
    said = " ".join(SAID[name])
    assert "hunter2" not in said
    assert not any(number in said for number in ("4111", "5555555", "3782822"))
    assert said.isprintable()


def test_example_is_taken() -> None:
    """The example inventory loads, whole."""
    inventory = load_inventory(EXAMPLE, policy=AddressPolicy())
    assert [terminal.terminal_id for terminal in inventory][:2] == ["00000001", "00000002"]
    assert inventory["A920-0815"].merchant_name == "Bäckerei Müller, Inh. K. Schmidt"
    assert not inventory["00000099"].is_polled


FORMS = [
    ("bare", "terminal_id,site\n00000001,Berlin\n"),
    ("with a byte order mark", "\ufeffterminal_id,site\n00000001,Berlin\n"),
    ("with CRLF", "terminal_id,site\r\n00000001,Berlin\r\n"),
    ("with CR", "terminal_id,site\r00000001,Berlin\r"),
    ("without a line end at its end", "terminal_id,site\n00000001,Berlin"),
    ("with semicolons", "terminal_id;site\r\n00000001;Berlin\r\n"),
    ("with tabs", "terminal_id\tsite\r\n00000001\tBerlin\r\n"),
    ("with quotes", '"terminal_id","site"\r\n"00000001","Berlin"\r\n'),
    ("with quotes and semicolons", '"terminal_id";"site"\n"00000001";"Berlin"\n'),
    ("with blank rows", "\r\nterminal_id,site\r\n,\r\n\r\n00000001,Berlin\r\n , \r\n"),
    ("with blank rows and semicolons", "\r\n;;\r\nterminal_id;site\r\n00000001;Berlin\r\n"),
    ("with empty columns at the end", "terminal_id,site,,\r\n00000001,Berlin,,\r\n,,,\r\n"),
    ("with more empty cells than columns", "terminal_id,site\r\n00000001,Berlin,,,\r\n"),
    ("with padding", " terminal_id , site \r\n00000001  ,  Berlin\u3000\r\n"),
    ("with columns in another order", "site,terminal_id\nBerlin,00000001\n"),
]


@pytest.mark.parametrize("text", [form[1] for form in FORMS], ids=[form[0] for form in FORMS])
def test_csv_is_taken_as_spreadsheets_write_it(tmp_path: Path, text: str) -> None:
    """Whatever the spreadsheet's habits, the rows are the same."""
    assert list(load(tmp_path, text)) == [Terminal(terminal_id="00000001", site="Berlin")]


def test_missing_columns_and_cells_have_their_defaults(tmp_path: Path) -> None:
    """Only the id is needed."""
    (terminal,) = load(tmp_path, "terminal_id,status,dialect\n1,,\n")
    assert terminal == Terminal(terminal_id="1")
    assert (terminal.status, terminal.dialect) == (InventoryStatus.IN_SERVICE, "unionpay")


def test_cells_may_hold_delimiters_quotes_and_wide_spaces(tmp_path: Path) -> None:
    """Quoted cells keep what is in them; text of any script is taken."""
    text = (
        'terminal_id,merchant_name,site\n1,"Meyer, ""Zum Hirsch""",北京\u3000王府井\n2,سیب\u200cزمینی,🏪 #7\n'
    )
    inventory = load(tmp_path, text)
    assert inventory["1"].merchant_name == 'Meyer, "Zum Hirsch"'
    assert inventory["1"].site == "北京\u3000王府井"
    assert inventory["2"].merchant_name == "سیب\u200cزمینی"
    assert inventory["2"].site == "🏪 #7"


def test_lines_are_counted_through_quoted_line_breaks(tmp_path: Path) -> None:
    """A row is named by the line it begins in, also behind cells of several lines."""
    with pytest.raises(InvalidInventory) as caught:
        load(tmp_path, 'terminal_id,site\n1,"a\nb\nc"\n\n!,x\n')
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(2, "site"), (6, "terminal_id")]


def test_longest_texts_are_taken(tmp_path: Path) -> None:
    """What just fits is not too long."""
    (terminal,) = load(
        tmp_path,
        f"terminal_id,site,merchant_name,merchant_id\n{'i' * 64},{'s' * 100},{'n' * 200},{'m' * 64}\n",
    )
    assert (len(terminal.terminal_id), len(terminal.site), len(terminal.merchant_name)) == (64, 100, 200)


@pytest.mark.parametrize("site", ["Berlin", "Berlin #7", "Ber‌lin"])
def test_long_numbers_stay_where_they_belong(tmp_path: Path, site: str) -> None:
    """Serial numbers, URLs and merchant ids may look like card numbers, whatever stands beside them."""
    (terminal,) = load(
        tmp_path,
        "terminal_id,site,merchant_id,serial_number,endpoint\n"
        f"1,{site},378282246310005,4111111111111111,http://192.0.2.1/4111111111111111\n",
    )
    assert terminal.merchant_id == "378282246310005"
    assert terminal.serial_number == "4111111111111111"


def test_equal_texts_are_one_object(tmp_path: Path) -> None:
    """A hundred thousand rows of one site hold its name once."""
    first, second = load(tmp_path, "terminal_id,site\n1,Berlin 007\n2,Berlin 007\n")
    assert first.site is second.site


def test_allowed_networks_decide(tmp_path: Path) -> None:
    """Loopback is taken where it is allowed, and anything where nobody judges."""
    path = tmp_path / "inventory.csv"
    path.write_text(
        "terminal_id,endpoint\n1,http://127.0.0.1:8080/\n2,http://[::1]:99999/\n", encoding="utf-8"
    )
    with pytest.raises(InvalidInventory, match="not a URL"):
        load_inventory(path, policy=None)
    path.write_text(
        "terminal_id,endpoint\n1,http://127.0.0.1:8080/\n2,http://[::1]:9999/\n", encoding="utf-8"
    )
    assert len(load_inventory(path, policy=None)) == 2


def test_name_is_not_judged_as_an_address(tmp_path: Path) -> None:
    """What a name leads to is judged when it is resolved, not here."""
    inventory = load(tmp_path, "terminal_id,endpoint\n1,https://Pos-1.Example.com/heartbeat?full=1\n")
    assert inventory["1"].endpoint == "https://Pos-1.Example.com/heartbeat?full=1"


def test_yaml_scalars_are_text(tmp_path: Path) -> None:
    """Ids keep their zeros and versions their dots, with and without quotes."""
    text = (
        "- terminal_id: 00000001\n  model: 1.10\n  site: yes\n  status: spare\n"
        "- {terminal_id: '00000002', merchant_id: 898310148160568, region: null, contact: ~, site: ''}\n"
    )
    assert list(load(tmp_path, text, "inventory.yaml")) == [
        Terminal(terminal_id="00000001", model="1.10", site="yes", status=InventoryStatus.SPARE),
        Terminal(terminal_id="00000002", merchant_id="898310148160568"),
    ]


@pytest.mark.parametrize(("name", "text"), [("a.csv", "terminal_id\n"), ("a.yaml", "[]"), ("a.yml", "")])
def test_inventory_without_rows_is_empty(tmp_path: Path, name: str, text: str) -> None:
    """No terminal yet is a beginning; whether it may replace a fleet is decided elsewhere."""
    assert len(load(tmp_path, text, name)) == 0


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe is not waited for, and a missing file is a fault like any other."""
    os.mkfifo(tmp_path / "pipe.csv")
    for name, reason in (("pipe.csv", "is no regular file"), ("missing.csv", "No such file")):
        with pytest.raises(InvalidInventory, match=reason):
            load_inventory(tmp_path / name, policy=None)


def test_file_cut_at_any_byte_is_refused_or_holds_whole_rows(tmp_path: Path) -> None:
    """A file cut off in the middle of a row is refused, unless only its very last cell is cut."""
    whole = EXAMPLE.read_bytes()
    rows = {tuple(vars_of(terminal)) for terminal in load(tmp_path, whole)}
    last = max(position for position in range(len(whole)) if whole[position : position + 1] == b"\n")
    for end in range(whole.index(b"\n") + 1, last, 7):
        try:
            taken = load(tmp_path, whole[:end])
        except InvalidInventory:
            continue
        assert all(tuple(vars_of(terminal))[:-1] in {row[:-1] for row in rows} for terminal in taken)


def vars_of(terminal: Terminal) -> list[str]:
    """Return a terminal's cells."""
    return [str(getattr(terminal, name)) for name in FIELDS]


WORDS = st.text(st.characters(categories=["L", "Nd", "P", "S"], exclude_characters="#0123456789\u00ad")).map(
    str.strip
)
TERMINALS = st.builds(
    Terminal,
    terminal_id=st.from_regex(r"[A-Za-z0-9._:-]{1,12}", fullmatch=True),
    endpoint=st.sampled_from(["", "http://192.0.2.1:8080/heartbeat", "https://pos.example.com/"]),
    merchant_id=st.from_regex(r"[0-9]{0,15}", fullmatch=True),
    merchant_name=WORDS,
    site=WORDS,
    region=WORDS,
    serial_number=st.from_regex(r"[A-Z0-9-]{0,20}", fullmatch=True),
    vendor=st.sampled_from(["", "newland"]),
    model=WORDS,
    status=st.sampled_from(InventoryStatus),
    dialect=st.sampled_from(OWN),
    contact=WORDS,
)
FLEETS = st.lists(TERMINALS, max_size=5, unique_by=lambda terminal: terminal.terminal_id)


HABITS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "lineterminator": st.sampled_from(["\r\n", "\n"]),
        "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    }
)


@given(FLEETS, HABITS, st.permutations(FIELDS))
def test_csv_round_trip(
    tmp_path_factory: pytest.TempPathFactory, fleet: list[Terminal], habits: dict[str, Any], order: list[str]
) -> None:
    """Whatever a fleet is, written as CSV in any of its forms it is read back the same."""
    out = io.StringIO()
    writer = csv.writer(out, **habits)
    writer.writerow(order)
    writer.writerows([getattr(terminal, name) for name in order] for terminal in fleet)
    assert list(load(tmp_path_factory.getbasetemp(), out.getvalue())) == fleet


@given(FLEETS)
def test_yaml_round_trip(tmp_path_factory: pytest.TempPathFactory, fleet: list[Terminal]) -> None:
    """Whatever a fleet is, another YAML library's writing of it is read back the same."""
    text = yaml.safe_dump(
        [dict(zip(FIELDS, vars_of(terminal), strict=True)) for terminal in fleet], allow_unicode=True
    )
    assert list(load(tmp_path_factory.getbasetemp(), text, "inventory.yaml")) == fleet


@given(st.binary() | st.text().map(lambda text: f"terminal_id,site\n{text}".encode("utf-8", "replace")))
def test_any_bytes_are_an_inventory_or_faults(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Nothing but InvalidInventory is raised, whatever the file holds, and each fault is one line."""
    for name in ("any.csv", "any.yaml"):
        faults = None
        try:
            load(tmp_path_factory.getbasetemp(), data, name)
        except InvalidInventory as error:
            faults = error.faults
        assert faults is None or (faults and all(str(fault).isprintable() for fault in faults))


@pytest.mark.parametrize("name", ["inventory.csv", "inventory.yaml"])
def test_whoever_reads_while_others_work_rests_between_a_few_rows(tmp_path: Path, name: str) -> None:
    """A long inventory is no reason to keep polls waiting."""
    count = 10 * REST_EVERY
    ids = [f"{number:08}" for number in range(count)]
    is_csv = name.endswith(".csv")
    text = "\n".join(["terminal_id", *ids]) if is_csv else "".join(f'- terminal_id: "{one}"\n' for one in ids)
    (tmp_path / name).write_text(text)
    rests: list[None] = []
    found = load_inventory(tmp_path / name, policy=None, rest=lambda: rests.append(None))
    assert (len(found), len(rests)) == (count, 10)


@pytest.mark.parametrize("name", ["inventory.csv", "inventory.yaml"])
def test_rows_that_read_as_before_are_the_objects_in_force(tmp_path: Path, name: str) -> None:
    """A large fleet is not in memory twice after a reload, and what has not changed is told at a glance."""
    is_csv = name.endswith(".csv")
    path = tmp_path / name
    path.write_text(
        "terminal_id,site\n1,a\n2,a\n"
        if is_csv
        else "- {terminal_id: 1, site: a}\n- {terminal_id: 2, site: a}\n"
    )
    present = load_inventory(path, policy=None)
    path.write_text(
        "terminal_id,site\n1,a\n2,b\n"
        if is_csv
        else "- {terminal_id: 1, site: a}\n- {terminal_id: 2, site: b}\n"
    )
    after = load_inventory(path, policy=None, present=present)
    assert after["1"] is present["1"]
    assert after["2"].site == "b"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_known(tmp_path: Path, end: str) -> None:
    """Line feeds, those of Windows and those of old Macs; faults name the line that people count."""
    path = tmp_path / "inventory.csv"
    path.write_bytes(end.join(["terminal_id;site", "1;a", '2;"b', 'c"', "3;d", "3;e"]).encode())
    with pytest.raises(InvalidInventory) as caught:
        load_inventory(path, policy=None)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(3, "site"), (6, "terminal_id")]


def addresses(tmp_path: Path, network: str, count: int, *others: str) -> list[str]:
    """Return the faults of so many rows in 10.0.0.0/8, and others, where only one network may be polled."""
    endpoints = [*(f"http://10.0.{number // 256}.{number % 256}/" for number in range(count)), *others]
    rows = "".join(f"T{number},{endpoint}\n" for number, endpoint in enumerate(endpoints))
    path = tmp_path / "inventory.csv"
    path.write_text(f"terminal_id,endpoint\n{rows}", encoding="utf-8")
    with pytest.raises(InvalidInventory) as caught:
        load_inventory(path, policy=AddressPolicy(allowed_networks=(ip_network(network),)))
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


def test_networks_that_fit_no_address_are_one_fault(tmp_path: Path) -> None:
    """Not the rows are wrong then; what else is wrong is named as well."""
    said = addresses(tmp_path, "192.168.0.0/16", 3000, "http://name.example/", "ftp://name.example/")
    refusal = "this address may not be polled: not in polling.allowed_networks"
    assert said[0] == f":2: endpoint: none of the 3000 addresses may be polled; the first: {refusal}"
    assert [one.partition(" ")[0] for one in said[1:]] == [":3003:"]


@pytest.mark.parametrize(("count", "others"), [(20, ()), (30, ("http://192.168.0.1/",))])
def test_each_address_is_named_where_others_fit_or_they_are_few(
    tmp_path: Path, count: int, others: tuple[str, ...]
) -> None:
    """One address that fits shows that the networks are meant so."""
    assert len(addresses(tmp_path, "192.168.0.0/16", count, *others)) == count


def hours_of(path: Path, calendars: Sequence[str] = ("cn", "bavaria")) -> list[str]:
    """Return what is wrong with an inventory whose rows may name these calendars."""
    with pytest.raises(InvalidInventory) as caught:
        load_inventory(path, policy=None, calendars=calendars)
    return [f"{fault.line}: {fault.field}: {fault.reason}" for fault in caught.value.faults]


HOURS_CSV = """terminal_id,opening_hours,timezone,calendar,parents
1,Mo-Su 08:00-20:00; PH off; Dec 24-26 off,Asia/Shanghai,cn, line-7 ; carrier-east
2,,Asia/Shanghai,,
3,,,,
"""
HOURS_YAML = """- {terminal_id: "1", opening_hours: "Mo-Su 08:00-20:00; PH off; Dec 24-26 off",
   timezone: Asia/Shanghai, calendar: cn, parents: line-7;carrier-east}
- {terminal_id: "2", timezone: Asia/Shanghai}
- {terminal_id: "3"}
"""


@pytest.mark.parametrize(("name", "text"), [("a.csv", HOURS_CSV), ("a.yaml", HOURS_YAML)])
def test_calendar_and_parents_are_columns(tmp_path: Path, name: str, text: str) -> None:
    """In every format; a zone may stand alone, for the windows of its site. Empty texts are one."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    first, second, third = load_inventory(tmp_path / name, policy=None, calendars=["cn"])
    assert (first.calendar, first.parents) == ("cn", "line-7;carrier-east")
    assert second.timezone == "Asia/Shanghai"
    assert second.calendar is third.calendar is third.parents is third.site


BAD_HOURS = """terminal_id,opening_hours,timezone,calendar,parents
1,Mo-Su 08:00-20:00,Asia/Shanghai,nc,
2,,,cn,
3,Mo-Su 08:00-20:00,,,
4,Mo-Su 08:00-20:00; Dec 32 off,UTC,,
5,,,,a;b c
6,,Asia/Peking,,a;a
"""


def test_what_does_not_fit_is_named_with_line_and_column(tmp_path: Path) -> None:
    """A dangling calendar as well."""
    (tmp_path / "a.csv").write_text(BAD_HOURS, encoding="utf-8")
    assert hours_of(tmp_path / "a.csv") == [
        "2: calendar: not a calendar of the configuration; known are cn, bavaria",
        "3: calendar: needs opening_hours",
        "4: timezone: is missing: opening_hours need it",
        "5: opening_hours: 'Dec 32' names a day that its month does not have",
        "6: parents: must be names of at most 63 letters, digits, '.', '-' and '_', with ; between them",
        "7: timezone: not a name of the IANA time zone database, such as Asia/Shanghai",
        "7: parents: names a parent twice",
    ]
    assert hours_of(tmp_path / "a.csv", [])[0] == "2: calendar: not a calendar of the configuration"


HUNG = "terminal_id,parents\n1,line-7;host\n2,line-8\n3,line-7;hots;x\n"


def test_a_parent_that_the_configuration_does_not_name_is_a_fault(tmp_path: Path) -> None:
    """All of them, with line and column; where parents are not known, any name will do."""
    (tmp_path / "a.csv").write_text(HUNG, encoding="utf-8")
    with pytest.raises(InvalidInventory) as caught:
        load_inventory(tmp_path / "a.csv", policy=None, parents=["line-7", "host"])
    assert [f"{fault.line}: {fault.field}: {fault.reason}" for fault in caught.value.faults] == [
        "3: parents: no parent of the configuration: line-8: did you mean 'line-7'?",
        "4: parents: no parent of the configuration: hots: did you mean 'host'?; x: known are host, line-7",
    ]
    assert len(load_inventory(tmp_path / "a.csv", policy=None)) == 3


def test_a_printer_stands_beside_an_endpoint(tmp_path: Path) -> None:
    """Its address is judged like any other; each fault names its column."""
    rows = [
        "1,zvt://192.0.2.1,escpos://192.0.2.2",
        "2,http://192.0.2.1/,escpos://127.0.0.1",
        "3,http://192.0.2.1/,http://192.0.2.2/",
        "4,push:,escpos://192.0.2.2",
        "5,,escpos://192.0.2.2",
        "6,escpos://192.0.2.1,escpos://192.0.2.2",
        "7,tcp://192.0.2.1:80,escpos://192.0.2.2:99999",
    ]
    (terminal,) = load(tmp_path, f"terminal_id,endpoint,printer\n{rows[0]}\n")
    assert terminal.printer == "escpos://192.0.2.2"
    with pytest.raises(InvalidInventory) as caught:
        load(tmp_path, "\n".join(["terminal_id,endpoint,printer", *rows, ""]))
    assert [fault.line for fault in caught.value.faults] == [3, 4, 5, 6, 7, 8]
    assert {fault.field for fault in caught.value.faults} == {"printer"}
    reasons = [fault.reason for fault in caught.value.faults]
    assert "loopback" in reasons[0]
    assert "is no escpos:// address" in reasons[1]
    assert len({*reasons[2:5]}) == 1
