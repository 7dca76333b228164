import pytest

from monitor.domain.inventory.parents import MOST_PARENTS, BadParents, parse_parents


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("line-7", ("line-7",)),
        ("line-7;carrier.east", ("line-7", "carrier.east")),
        (" a ; B_2 ", ("a", "B_2")),
        (";".join(map(str, range(MOST_PARENTS))), tuple(map(str, range(MOST_PARENTS)))),
    ],
)
def test_parents_are_names_in_order(text: str, names: tuple[str, ...]) -> None:
    """Spaces around them do not count."""
    assert parse_parents(text) == names


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (";", "must be names"),
        ("a;", "must be names"),
        ("a b", "must be names"),
        ("路由器", "must be names"),
        (64 * "a", "must be names"),
        ("a;b;a", "names a parent twice"),
        (";".join(map(str, range(MOST_PARENTS + 1))), "names more than 16 parents"),
    ],
)
def test_what_is_no_name_is_refused(text: str, reason: str) -> None:
    """With how names are written."""
    with pytest.raises(BadParents, match=reason):
        parse_parents(text)
