from dataclasses import dataclass, field

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.domain.alerts.alert import Alert, AlertState
from monitor.domain.detectors.rule_book import RuleBook
from monitor.domain.inventory.parent_row import Needs, ParentRow
from monitor.domain.polling.poll_result import Outcome
from monitor.domain.suppression.hold import HoldReason
from tests.lines import FleetOnLines, down, hung, line, offline


def cut_off(*names: str, count: int = 4) -> FleetOnLines:
    """Return a fleet whose only line went down two minutes ago, with all its terminals."""
    living = FleetOnLines(
        [hung(number, "line-7") for number in range(count)], [line("line-7"), *map(line, names)]
    )
    for _ in range(4):
        living.cut("line-7")
        living.lose_all()
        living.wait(30)
    return living


def test_a_line_that_is_down_is_the_only_page() -> None:
    """What its terminals would say is held from the line's first failed poll on."""
    living = FleetOnLines([hung(number, "line-7") for number in range(4)], [line("line-7")])
    seen: set[tuple[str, str]] = set()
    for _ in range(10):
        living.cut("line-7")
        living.lose_all()
        for _ in range(30):
            living.wait(1)
            seen |= living.told()
    assert seen == {down("line-7")}
    assert {living.held()[offline(number)] for number in range(4)} == {"parent line-7"}


def test_one_lost_packet_of_a_line_is_no_page_and_holds_its_terminals_back() -> None:
    """It is suspected; its next good poll ends that, and its terminals are asked before they are told."""
    living = FleetOnLines([hung(0, "line-7"), hung(1)], [line("line-7")])
    for _ in range(4):
        living.lose("10000000")
        living.wait(30)
    assert living.told() == {offline(0)}
    living.cut("line-7")
    assert living.told() == set()
    assert living.held() == {offline(0): "parent line-7"}
    living.ask("line-7")
    assert living.rechecks.hastened[-2] == ["10000000"]
    assert living.held() == {offline(0): "parent line-7"}
    living.wait(1)
    living.lose("10000000")
    assert living.told() == {offline(0)}
    assert down("line-7") not in {alert.key for alert in living.book}


def test_terminals_are_asked_when_their_line_returns_and_none_is_told() -> None:
    """All of them have come back; the line's alert ends a minute later, and theirs with it."""
    living = cut_off()
    living.ask("line-7")
    assert [f"{10_000_000 + number}" for number in range(4)] in living.rechecks.hastened
    seen = living.told()
    for _ in range(20):
        living.hear_all()
        living.ask("line-7")
        for _ in range(10):
            living.wait(1)
            seen |= living.told()
    assert seen == {down("line-7")}
    assert [alert.alertname for alert in living.book] == ["Watchdog"]
    assert not living.parents.troubled


def test_the_one_that_stays_dead_is_told_once_with_its_true_beginning() -> None:
    """It is told after it was polled since the line is back for good."""
    living = cut_off()
    beginning = next(alert.since for alert in living.book if alert.key == offline(2))
    told: list[set[tuple[str, str]]] = []
    for _ in range(20):
        living.ask("line-7")
        for number in (0, 1, 3):
            living.hear(f"1000000{number}")
        living.lose("10000002")
        living.wait(10)
        told.append(living.told())
    assert told[0] == {down("line-7")}
    assert told[-1] == {offline(2)}
    alert = next(alert for alert in living.book if alert.key == offline(2))
    assert alert.since == beginning


def test_nothing_is_told_before_it_was_asked_after_the_alert_of_its_line_ended() -> None:
    """Their last poll is older than that; it shows that there is more to it than the line."""
    living = cut_off()
    living.ask("line-7")
    living.wait(1)
    living.lose_all()
    assert living.told() == {down("line-7")}, "it may not be back for good"
    living.wait(60)
    living.ask("line-7")
    assert down("line-7") not in {alert.key for alert in living.book if alert.state is AlertState.FIRING}
    assert living.told() == set()
    living.wait(11)
    assert living.told() == set()
    living.lose_all()
    assert living.told() == {("FleetUnreachable", "/fleet")}


def test_whoever_was_told_before_stays_told() -> None:
    """Receivers that know the alert keep it open."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7")])
    for _ in range(4):
        living.lose("10000000")
        living.wait(30)
    living.cut("line-7")
    alert = next(alert for alert in living.book if alert.key == offline(0))
    hold = living.hold(alert)
    assert hold is not None
    assert hold.keeps_told
    assert hold.reason is HoldReason.PARENT
    assert hold.words == "what it hangs on, line-7, is down"


def test_a_parent_below_another_that_is_down_is_held_as_well() -> None:
    """The carrier is told, its line is not."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7", "carrier"), line("carrier")])
    for _ in range(4):
        living.cut("carrier", "line-7")
        living.lose_all()
        living.wait(30)
    assert living.told() == {down("carrier")}
    assert living.held() == {down("line-7"): "parent carrier", offline(0): "parent line-7"}


def test_any_means_that_one_reachable_parent_is_enough() -> None:
    """With one of two lines down nothing is held; with both, all is."""
    group = ParentRow(name="lines", parents=("dsl", "lte"), needs=Needs.ANY)
    living = FleetOnLines([hung(0, "lines"), hung(1)], [group, line("dsl"), line("lte")])
    for _ in range(4):
        living.cut("dsl")
        living.lose("10000000")
        living.wait(30)
    assert living.told() == {down("dsl"), offline(0)}
    living.cut("lte")
    assert living.parent("lines").is_out
    assert living.told() == {down("dsl")}
    living.ask("lte")
    assert not living.parent("lines").is_out


def test_all_means_that_every_parent_must_be_reachable() -> None:
    """With one of two down the group is, and what hangs on it is held."""
    group = ParentRow(name="way", parents=("line", "host"), needs=Needs.ALL)
    living = FleetOnLines([hung(0, "way"), hung(1)], [group, line("line"), line("host")])
    for _ in range(4):
        living.cut("host")
        living.lose("10000000")
        living.wait(30)
    assert living.told() == {down("host")}
    assert living.held()[down("way")] == "parent host"
    assert living.held()[offline(0)] == "parent way"


def test_a_terminal_needs_each_of_its_parents() -> None:
    """One of two that is down is enough to hold it back."""
    living = FleetOnLines([hung(0, "line", "host")], [line("line"), line("host")])
    for _ in range(4):
        living.cut("host")
        living.lose_all()
        living.wait(30)
    assert living.told() == {down("host")}


def test_a_parent_that_answers_anything_can_be_reached() -> None:
    """A router that knows no heartbeat is up; one that is silent is not."""
    living = FleetOnLines([hung(0, "router")], [line("router")])
    for outcome in (Outcome.HTTP_STATUS, Outcome.PROTOCOL, Outcome.TLS, Outcome.REDIRECT):
        living.ask("router", outcome)
        assert not living.parent("router").is_out
    living.ask("router", Outcome.REFUSED)
    assert living.parent("router").is_out
    living.ask("router", Outcome.SHED)
    assert living.parent("router").failures == 1


def test_a_silent_parent_whose_terminals_answer_holds_nothing_back() -> None:
    """Its address is wrong: its alert says so, and a dead terminal is told."""
    living = FleetOnLines([hung(number, "line-7") for number in range(4)], [line("line-7")])
    for _ in range(8):
        living.cut("line-7")
        for number in range(3):
            living.hear(f"1000000{number}")
        living.lose("10000003")
        living.wait(30)
    assert living.told() == {down("line-7"), offline(3)}
    alert = next(alert for alert in living.book if alert.key == down("line-7"))
    living.evaluation.membership.replace_rules(RuleBook())
    assert living.parent("line-7").is_doubted
    assert alert.state is AlertState.FIRING
    for _ in range(4):
        living.cut("line-7")
        living.lose_all()
        living.wait(30)
    assert living.told() == {down("line-7")}, "now it is the line"


def test_a_line_of_a_whole_site_is_one_page() -> None:
    """SiteOffline fires and is held back, also while it goes on firing after the line is back."""
    living = FleetOnLines(
        [*(hung(number, "line-7", site="mall") for number in range(5)), *(hung(9 + n) for n in range(9))],
        [line("line-7")],
    )
    seen: set[tuple[str, str]] = set()
    for turn in range(40):
        for number in range(5):
            (living.lose if turn < 8 else living.hear)(f"1000000{number}")
        living.ask("line-7", Outcome.TIMEOUT if turn < 8 else Outcome.OK)
        for _ in range(10):
            living.wait(3)
            seen |= living.told()
        if turn == 7:
            assert living.held()["SiteOffline", "/site/mall"] == "parent line-7"
    assert seen == {down("line-7")}
    assert not living.parents.troubled


def test_a_site_with_a_terminal_lost_on_another_line_speaks_for_itself() -> None:
    """One of its terminals hangs on nothing: its outage is more than the line's."""
    living = FleetOnLines(
        [
            *(hung(n, "line-7", site="mall") for n in range(4)),
            hung(4, site="mall"),
            *(hung(9 + n) for n in range(9)),
        ],
        [line("line-7")],
    )
    for _ in range(8):
        for number in range(5):
            living.lose(f"1000000{number}")
        living.cut("line-7")
        living.wait(30)
    assert living.told() == {down("line-7"), ("SiteOffline", "/site/mall")}


def test_the_only_line_of_a_fleet_is_told_and_the_fleet_is_not() -> None:
    """Everything that was lost hangs on it."""
    living = cut_off()
    living.cut("line-7")
    assert ("FleetUnreachable", "/fleet") in living.held()
    assert living.told() == {down("line-7")}


def test_two_lines_at_once_are_the_link_of_posmon() -> None:
    """More than one parent is out: FleetUnreachable says it, and the lines are held."""
    living = FleetOnLines(
        [hung(number, f"line-{number % 2}") for number in range(6)], [line("line-0"), line("line-1")]
    )
    for _ in range(6):
        living.cut("line-0", "line-1")
        living.lose_all()
        living.wait(30)
    assert living.told() == {("FleetUnreachable", "/fleet")}
    assert living.held()[down("line-0")] == "FleetUnreachable"


def test_a_line_is_held_when_no_uplink_answers() -> None:
    """It is posmon's own link, although all that was lost hangs on one line."""
    living = cut_off()
    living.evaluation.uplinks_probed({"192.0.2.9:443": False}, living.clock.now())
    assert living.told() == {("FleetUnreachable", "/fleet")}


def test_a_terminal_that_goes_down_has_its_parents_asked() -> None:
    """All above it, so that a line is suspected before its terminal is told."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7", "carrier"), line("carrier")])
    living.lose("10000000")
    assert living.rechecks.suspected[-1] == ["/parent/line-7", "/parent/carrier"]


def test_nothing_is_held_for_a_parent_that_no_alert_speaks_of() -> None:
    """ParentDown is disabled: its terminals speak for themselves."""
    living = cut_off(count=2)
    living.evaluation.membership.replace_rules(RuleBook({"ParentDown": {"enabled": False}}))
    living.evaluation.membership.close_disabled(living.clock.now())
    living.wait(1)
    assert living.told() == {offline(0), offline(1)}


def test_a_parent_that_the_configuration_drops_holds_nothing_back() -> None:
    """Its alert ends."""
    living = cut_off(count=2)
    living.parents.replace([], {}, living.clock.now())
    living.evaluation.membership.close_disabled(living.clock.now())
    assert living.told() == {offline(0), offline(1)}


def test_a_parent_not_asked_yet_holds_its_terminals_back() -> None:
    """After a start the terminal may be polled first."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7")])
    for _ in range(4):
        living.lose_all()
        living.wait(30)
    living.parents.replace([], {}, living.clock.now())
    living.parents.replace([line("line-7")], {}, living.clock.now())
    assert living.held() == {offline(0): "parent line-7"}
    living.ask("line-7")
    living.wait(1)
    living.lose_all()
    assert living.told() == {offline(0)}


@dataclass
class World:
    """What really is, and what was found out by polls; the lines are as `tree` has them."""

    tree: list[ParentRow]
    columns: list[tuple[str, ...]]
    broken: set[str] = field(default_factory=set)
    dead: set[int] = field(default_factory=set)
    failing: dict[str, bool] = field(default_factory=dict)
    returned: dict[str, float] = field(default_factory=dict)

    def works(self, name: str) -> bool:
        """Tell whether a parent can be reached."""
        row = self.row(name)
        above = [self.works(one) for one in row.parents]
        return name not in self.broken and (
            not above or (any(above) if row.needs is Needs.ANY else all(above))
        )

    def is_out(self, name: str, living: FleetOnLines) -> bool:
        """Tell what follows from the last polls."""
        row = self.row(name)
        if living.parent(name).is_doubted:
            return False
        above = [not self.is_out(one, living) for one in row.parents]
        is_cut_off = bool(above) and not (any(above) if row.needs is Needs.ANY else all(above))
        return self.failing.get(name, False) or is_cut_off

    def row(self, name: str) -> ParentRow:
        """Return a parent."""
        return next(row for row in self.tree if row.name == name)

    def answers(self, number: int) -> bool:
        """Tell whether a terminal can be reached."""
        return number not in self.dead and all(map(self.works, self.columns[number]))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return lines that hang on earlier ones, and terminals on some of them."""
    names = [f"p{number}" for number in range(draw(st.integers(1, 5)))]
    tree = []
    for number, name in enumerate(names):
        above = draw(st.sets(st.sampled_from(names[:number]), max_size=2)) if number else set()
        needs = draw(st.sampled_from(Needs))
        is_group = bool(above) and draw(st.booleans())
        tree.append(
            ParentRow(name=name, parents=tuple(above), needs=needs)
            if is_group
            else line(name, *above, needs=needs)
        )
    columns = [
        tuple(draw(st.sets(st.sampled_from(names), max_size=2))) for _ in range(draw(st.integers(1, 5)))
    ]
    return World(tree, columns)


class Story:
    """Random breaks, repairs and polls in random order; after each step the oracle has its say."""

    def __init__(self, world: World) -> None:
        self.world = world
        rows = [hung(number, *column, region="") for number, column in enumerate(world.columns)]
        self.living = FleetOnLines(rows, world.tree)
        self.was_out = {row.name: False for row in world.tree}

    def poll_parent(self, name: str) -> None:
        """Poll one, if it has an address."""
        if self.world.row(name).endpoint:
            works = self.world.works(name)
            self.world.failing[name] = not works
            self.living.ask(name, Outcome.OK if works else Outcome.TIMEOUT)
            self.check()

    def poll_terminal(self, number: int) -> None:
        """Poll one."""
        terminal_id = f"{10_000_000 + number}"
        (self.living.hear if self.world.answers(number) else self.living.lose)(terminal_id)

    def check(self) -> None:
        """Compare what is told, and what is held for a parent, with what the polls say."""
        now = self.living.clock.now().monotonic
        for name, was_out in self.was_out.items():
            is_out = self.world.is_out(name, self.living)
            if was_out and not is_out:
                self.world.returned[name] = now
            self.was_out[name] = is_out
            assert self.living.parent(name).is_out is is_out, name
        for alert in self.living.book:
            if alert.state is AlertState.FIRING and alert.alertname in {
                "TerminalOffline",
                "TerminalFlapping",
            }:
                self.check_terminal(alert)
            if alert.alertname == "ParentDown" and self.living.hold(alert) is None:
                name = alert.labels["parent"]
                row = self.world.row(name)
                above = [self.was_out[one] for one in row.parents]
                is_cut_off = bool(above) and (all(above) if row.needs is Needs.ANY else any(above))
                assert not is_cut_off, f"{name} is told although what it hangs on is out"

    def check_terminal(self, alert: Alert) -> None:
        """No terminal is told while a parent is out, nor after that before it was polled since."""
        hold = self.living.hold(alert)
        column = self.world.columns[int(alert.subject) - 10_000_000]
        asked = self.living.watched(alert.subject).asked_at.monotonic
        if hold is None:
            for name in column:
                assert not self.was_out[name], f"{alert.key} is told while {name} is out"
                assert asked > self.world.returned.get(name, -1), f"{alert.key} was not polled since"
        elif hold.reason is HoldReason.PARENT:
            assert any(self.may_hold(name, alert, asked) for name in column), (
                f"{alert.key} is held for nothing"
            )

    def may_hold(self, name: str, alert: Alert, asked: float) -> bool:
        """Tell whether a parent has any right to hold an alert back."""
        parent = self.living.parent(name)
        own = parent.alert
        ended = own.resolved_at.monotonic if own is not None and own.resolved_at is not None else -1.0
        return (
            self.was_out[name]
            or (own is not None and own.state is AlertState.FIRING)
            or asked <= max(self.world.returned.get(name, -1.0), ended)
            or alert.absent_since is not None
        )

    def end_well(self) -> None:
        """Repair all lines, poll all for a quarter of an hour, and see that nothing is lost."""
        self.world.broken.clear()
        for _ in range(45):
            for row in self.world.tree:
                self.poll_parent(row.name)
            for number in range(len(self.world.columns)):
                self.poll_terminal(number)
            self.living.wait(20)
            self.check()
        offline_now = {key for key in self.living.told() if key[0] == "TerminalOffline"}
        dead = {offline(number) for number in self.world.dead}
        if ("FleetUnreachable", "/fleet") in {alert.key for alert in self.living.book}:
            return  # nearly all are dead: that is another story
        assert offline_now == dead
        assert not {alert.alertname for alert in self.living.book} & {"ParentDown"}


@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(worlds(), st.data())
def test_no_terminal_is_told_for_its_line_and_none_is_lost(world: World, data: st.DataObject) -> None:
    """Against an oracle that looks at everything anew after each step."""
    story = Story(world)
    names = [row.name for row in world.tree]
    for _ in range(data.draw(st.integers(10, 60))):
        step = data.draw(
            st.sampled_from(("wait", "parent", "terminal", "terminal", "break", "repair", "kill"))
        )
        if step == "wait":
            story.living.wait(data.draw(st.sampled_from((1, 7, 31, 65))))
        elif step == "parent":
            story.poll_parent(data.draw(st.sampled_from(names)))
        elif step == "terminal":
            story.poll_terminal(data.draw(st.integers(0, len(world.columns) - 1)))
        elif step == "break":
            world.broken.add(data.draw(st.sampled_from(names)))
        elif step == "repair":
            world.broken.discard(data.draw(st.sampled_from(names)))
        elif len(world.dead) * 3 < len(world.columns):
            world.dead.add(data.draw(st.integers(0, len(world.columns) - 1)))
        story.check()
    story.end_well()


@pytest.mark.parametrize("outcome", [Outcome.AWAITED, Outcome.SHED])
def test_a_poll_that_says_nothing_changes_nothing(outcome: Outcome) -> None:
    """The line stays what it was."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7")])
    living.ask("line-7", outcome)
    assert not living.parent("line-7").is_out
