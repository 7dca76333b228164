"""The committed dashboards are those of the code, are laid out well, and fit what they link to."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.build import POSMON_URL, files, main
from monitor.domain.alerts.alert import Category
from monitor.domain.detectors.table import DETECTORS
from tests.dashboard_files import FILES, FOLDER, read

MOST_PANELS = 16
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_committed_files_are_what_the_code_builds() -> None:
    """After a change in dashboards/, `python -m dashboards.build` has been run."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FILES} == files()


def test_address_of_posmon_may_be_chosen(tmp_path: Path) -> None:
    """The builder writes dashboards whose links lead to another posmon."""
    main(["--out", str(tmp_path / "mine"), "--posmon-url", "https://posmon.shop.example/"])
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "mine").iterdir()}
    assert written.keys() == files().keys()
    for text in written.values():
        assert POSMON_URL not in text
        assert '"query": "https://posmon.shop.example"' in text


@each_file
def test_panels_lie_side_by_side(path: Path) -> None:
    """No panel covers another or leaves the grid, none is too small to read, and no line has a gap."""
    places = [panel["gridPos"] for panel in read(path)["panels"]]
    assert len(places) <= MOST_PANELS
    for place in places:
        assert place["x"] + place["w"] <= 24
        assert place["w"] >= 4
        assert place["h"] >= 4
    for one, other in combinations(places, 2):
        assert not (
            one["x"] < other["x"] + other["w"]
            and other["x"] < one["x"] + one["w"]
            and one["y"] < other["y"] + other["h"]
            and other["y"] < one["y"] + one["h"]
        )
    bottom = max(place["y"] + place["h"] for place in places)
    assert sum(place["w"] * place["h"] for place in places) == 24 * bottom


@each_file
def test_ids_and_names_are_unique(path: Path) -> None:
    """Panels have ids of their own and titles that tell them apart; the file is named after the dashboard."""
    document = read(path)
    assert document["uid"] == path.stem
    for key in ("id", "title"):
        values = [panel[key] for panel in document["panels"]]
        assert len(set(values)) == len(values)


@each_file
def test_variables_that_are_used_exist(path: Path) -> None:
    """Every variable in a query, a link or a title is defined above the dashboard or is Grafana's own."""
    text = path.read_text(encoding="utf-8")
    defined = {variable["name"] for variable in read(path)["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", text))
    assert {name for name in used if not name.startswith("__")} <= defined
    assert {"datasource", "job", "instance", "posmon_url"} <= defined


def test_links_lead_to_dashboards_and_pages_that_are_there() -> None:
    """Links between dashboards name the uid of one, those to posmon one of its pages."""
    uids = {read(path)["uid"] for path in FILES}
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(re.findall(r"/d/([\w-]+)\?", text)) == {"posmon-site", "posmon-terminal"} <= uids
    assert set(re.findall(r"\$\{posmon_url\}(/\w*)", text)) == {"/", "/terminals", "/runbooks"}


def test_columns_of_tables_are_in_their_data() -> None:
    """A column shows a label that some query groups by, or the value of a query; what is left is hidden."""
    tables = [panel for path in FILES for panel in read(path)["panels"] if panel["type"] == "table"]
    assert tables
    for panel in tables:
        columns = panel["transformations"][1]["options"]["renameByName"].keys()
        hidden = panel["transformations"][1]["options"]["excludeByName"].keys()
        assert columns | hidden == fields_of(panel), panel["title"]
        assert not columns & hidden


def fields_of(panel: dict[str, Any]) -> set[str]:
    """Return the fields that the queries of a table give after they were merged."""
    grouped = [re.findall(r"\bby \(([\w, ]+)\)", target["expr"]) for target in panel["targets"]]
    labels = {label for clauses in grouped for label in clauses[0].split(", ")}
    refs = [target["refId"] for target in panel["targets"]]
    return {"Time"} | labels | ({f"Value #{ref}" for ref in refs} if len(refs) > 1 else {"Value"})


def test_security_dashboard_knows_every_security_alert() -> None:
    """A new detector of that category appears by itself."""
    names = {detector.alertname for detector in DETECTORS if detector.category is Category.SECURITY}
    first = read(FOLDER / "grafana/posmon-security.json")["panels"][0]["targets"][0]["expr"]
    found = re.search(r'alertname=~"([^"]+)"', first)
    assert found
    assert set(found[1].split("|")) == names


def test_provisioning_finds_the_dashboards() -> None:
    """Grafana is told of a Prometheus and of a folder of dashboards, in files of the version it reads."""
    provisioning = FOLDER / "provisioning"
    source = yaml.safe_load((provisioning / "datasources/posmon.yaml").read_text(encoding="utf-8"))
    provider = yaml.safe_load((provisioning / "dashboards/posmon.yaml").read_text(encoding="utf-8"))
    assert (source["apiVersion"], provider["apiVersion"]) == (1, 1)
    assert source["datasources"][0]["type"] == "prometheus"
    assert provider["providers"][0]["options"]["path"] == "/var/lib/grafana/dashboards/posmon"
