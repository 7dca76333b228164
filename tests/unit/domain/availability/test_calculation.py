from collections.abc import Iterable

import pytest

from monitor.domain.availability.calculation import AvailabilityCalculation, PeriodFacts
from monitor.domain.availability.facts import Episode, EpisodeKind, Profile, ProfileFrom, Watch
from monitor.domain.availability.report import (
    AvailabilityRow,
    GroupBy,
    RepairTimes,
    ReportQuery,
    ReportSummary,
)

DAY = 86_400
SINCE = 1_795_219_200
UNTIL = SINCE + DAY
A = Profile(site="mall", merchant_id="m1", region="east", model="N910", firmware="4.0")
B = Profile(site="port", merchant_id="m1", region="east", model="N950", firmware="4.1")
FLEET = {"t1": A, "t2": A, "t3": A, "t4": B}


def down(subject: str, began: int, ended: int | None, **fields: object) -> Episode:
    """Return an outage, in seconds after SINCE."""
    times = {"began": SINCE + began, "ended": None if ended is None else SINCE + ended}
    return Episode(subject=subject, kind=EpisodeKind.DOWN, **times, **fields)  # type: ignore[arg-type]


def report(
    *episodes: Episode, by: GroupBy = GroupBy.TERMINAL, since: int = SINCE, until: int = UNTIL
) -> tuple[dict[str, AvailabilityRow], ReportSummary]:
    """Return the rows by key, and the summary, of a fleet of four in two sites that was always watched."""
    facts = PeriodFacts(
        watches=[Watch(began=SINCE - 99 * DAY, ended=SINCE + 99 * DAY)],
        rules=(),
        groups=[one for one in episodes if one.subject.startswith("/")],
        profiles=[ProfileFrom(terminal_id=name, since=1, profile=one) for name, one in FLEET.items()],
        episodes=sorted((one for one in episodes if one.subject[0] != "/"), key=lambda one: one.subject),
    )
    query = ReportQuery(since=since, until=until, by=by)
    calculation = AvailabilityCalculation(facts, query, now=UNTIL + DAY, late_s=0)
    rows = list(calculation.rows())
    assert [row.key for row in rows] == sorted(row.key for row in rows)
    return {row.key: row for row in rows}, calculation.summary()


def test_a_terminals_row() -> None:
    """Seconds, number, repair and acknowledgement."""
    rows, _ = report(
        down("t1", 1000, 1600, fired=SINCE + 1090, acked=SINCE + 1150),
        down("t1", 5000, 5200),
        down("t1", 9000, 9100),
    )
    row = rows["t1"]
    assert row.seconds.down == 900
    assert row.availability == pytest.approx(1 - 900 / DAY)
    assert row.outages == 3
    assert row.mttr == RepairTimes(mean=300, median=200, p90=600)
    assert row.mtta_s == 60
    assert row.mtbf_s == pytest.approx((DAY - 900) / 3)
    assert rows["t4"].mtbf_s is None


def test_an_outage_over_the_edge_counts_in_both_for_time_and_in_the_first_for_number() -> None:
    """Its repair counts, whole, where it ended."""
    over = down("t1", DAY - 600, DAY + 300)
    (first, _), (second, _) = report(over), report(over, since=UNTIL, until=UNTIL + DAY)
    assert (first["t1"].seconds.down, second["t1"].seconds.down) == (600, 300)
    assert (first["t1"].outages, second["t1"].outages) == (1, 0)
    assert first["t1"].mttr == RepairTimes()
    assert second["t1"].mttr == RepairTimes(mean=900, median=900, p90=900)


def test_what_goes_on_is_down_until_now_and_not_repaired() -> None:
    """To the end of the period."""
    rows, _ = report(down("t1", 1000, None))
    assert rows["t1"].seconds.down == DAY - 1000
    assert rows["t1"].outages == 1
    assert rows["t1"].mttr.mean is None


WHOLE_SITE = (
    down("/site/mall", 1010, 1600, fired=SINCE + 1100, acked=SINCE + 1200),
    down("t1", 1000, 1590),
    down("t2", 1005, 1600),
    down("t3", 1010, 1610),
    down("t1", 7000, 7100),
)


@pytest.mark.parametrize(
    ("by", "key", "outages"),
    [
        (GroupBy.SITE, "mall", 2),
        (GroupBy.MERCHANT, "m1", 2),
        (GroupBy.REGION, "east", 2),
        (GroupBy.MODEL, "N910", 4),
        (GroupBy.TERMINAL, "t1", 2),
    ],
)
def test_a_sites_outage_is_one_for_the_site_and_one_for_each_terminal(
    by: GroupBy, key: str, outages: int
) -> None:
    """And for what is made of whole sites."""
    rows, summary = report(*WHOLE_SITE, by=by)
    assert rows[key].outages == outages
    assert summary.total.outages == (2 if by in (GroupBy.SITE, GroupBy.MERCHANT, GroupBy.REGION) else 4)


def test_a_sites_repair_is_that_of_the_whole_site() -> None:
    """And so is its acknowledgement."""
    rows, _ = report(*WHOLE_SITE, by=GroupBy.SITE)
    assert rows["mall"].mttr == RepairTimes(mean=345, median=345, p90=590)
    assert rows["mall"].mtta_s == 100
    assert rows["mall"].seconds.down == 590 + 595 + 600 + 100


def test_an_old_outage_is_no_part_of_its_sites() -> None:
    """It was there long before the site went down."""
    rows, _ = report(
        down("/site/mall", 5000, 6000), down("t1", 100, 9000), down("t2", 5000, 6000), by=GroupBy.SITE
    )
    assert rows["mall"].outages == 2


@pytest.mark.parametrize(
    "by", [GroupBy.SITE, GroupBy.MERCHANT, GroupBy.REGION, GroupBy.MODEL, GroupBy.TERMINAL]
)
def test_the_sum_of_the_rows_is_the_whole(by: GroupBy) -> None:
    """State by state; and nothing is lost on the way."""
    rows, summary = report(*WHOLE_SITE, down("t4", 50, 60), by=by)
    assert sum(row.seconds.total for row in rows.values()) == summary.total.seconds.total == 4 * DAY
    assert sum(row.seconds.down for row in rows.values()) == summary.total.seconds.down
    assert summary.total.terminals == 4


def test_the_worst_are_those_that_lost_most() -> None:
    """Ten at most, and none that lost nothing."""
    _, summary = report(down("t2", 0, 50), down("t1", 0, 50), down("t3", 0, 70), by=GroupBy.SITE)
    assert [row.key for row in summary.worst] == ["t3", "t1", "t2"]


def test_causes_and_cohorts_share_the_loss() -> None:
    """What cost most comes first."""
    paper = Episode(subject="t4", kind=EpisodeKind.IMPAIRED, about="PaperOut", began=SINCE, ended=SINCE + 500)
    _, summary = report(down("t1", 0, 50, cause="a power cut"), down("t2", 0, 70), paper)
    assert [(one.cause, one.outages, one.seconds) for one in summary.by_cause] == [
        ("PaperOut", 0, 500),
        ("", 1, 70),
        ("a power cut", 1, 50),
    ]
    assert [(row.key, row.seconds.down, row.outages, row.terminals) for row in summary.by_cohort] == [
        ("N910 4.0", 120, 2, 3),
        ("N950 4.1", 0, 0, 1),
    ]
    assert summary.first_second == SINCE - 99 * DAY


def names(rows: Iterable[str]) -> list[str]:
    """Return keys in order."""
    return sorted(rows)


def test_episodes_of_unknown_terminals_are_left_out() -> None:
    """Wherever their ids stand in the order."""
    rows, _ = report(down("a", 0, 50), down("t2", 0, 10), down("t25", 0, 50), down("z", 0, 50))
    assert names(rows) == ["t1", "t2", "t3", "t4"]
    assert rows["t2"].seconds.down == 10
    assert rows["t3"].seconds.down == 0
