from typing import Any

import pytest
from multidict import MultiDict

from monitor.domain.fleet.health import Health
from monitor.web.routing.problems import Refused
from monitor.web.routing.query import ALERT_PAGE, LIMIT, SHARDS, TERMINALS, QueryParameter, read_query


def read(query: list[tuple[str, str]], *parameters: QueryParameter) -> dict[str, Any]:
    """Read a query string given as pairs."""
    return read_query(MultiDict(query), parameters)


def test_values_are_read_by_their_kind() -> None:
    """One that may be given several times becomes a set; what is not given is left out."""
    values = read([("site", "a"), ("site", "b"), ("health", "ok"), ("attention", "true")], *TERMINALS)
    assert values == {"site": {"a", "b"}, "health": {Health.OK}, "attention": True}


@pytest.mark.parametrize(
    ("query", "parameters", "reason"),
    [
        ([("sites", "a")], (LIMIT,), "no parameter of that name. It takes limit."),
        ([("x", "1")], (), "no parameter of that name. It takes none."),
        ([("limit", "0")], (LIMIT,), "limit: "),
        ([("limit", "many")], (LIMIT,), "limit: "),
        ([("limit", "1"), ("limit", "2")], (LIMIT,), "limit: given more than once"),
        ([("health", "well")], TERMINALS, "health: "),
        ([("q", "x" * 257)], TERMINALS, "q: "),
        ([("of", "1001")], SHARDS, "of: "),
        ([], ALERT_PAGE, "subject: is needed."),
    ],
)
def test_a_bad_query_is_refused_by_the_name_of_its_parameter(
    query: list[tuple[str, str]], parameters: tuple[QueryParameter, ...], reason: str
) -> None:
    """A name nobody knows is not repeated: only those that there are."""
    with pytest.raises(Refused) as refused:
        read(query, *parameters)
    assert refused.value.problem.status == 400
    assert reason in refused.value.problem.detail
