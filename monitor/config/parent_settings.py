"""The section `parents`: what terminals hang on, such as lines, routers, carriers and hosts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from monitor.config.durations import format_duration
from monitor.config.section import Place, Section, double_names
from monitor.config.source_settings import SourceSettings
from monitor.config.suggestions import did_you_mean
from monitor.config.values import Pace, Text, short_name
from monitor.domain.alerts.subjects import PARENT, subject_of
from monitor.domain.inventory.address import PRINTER_SCHEME, parse_address, scheme_of
from monitor.domain.inventory.address_policy import AddressPolicy
from monitor.domain.inventory.endpoint import BadEndpoint
from monitor.domain.inventory.parent_row import Needs, ParentRow, circles
from monitor.domain.inventory.parents import MOST_PARENTS
from monitor.domain.inventory.selector import Selector
from monitor.domain.inventory.terminal import PUSH_ENDPOINT
from monitor.domain.polling.cadence import CadenceOverride

_SECTION = "parents"
_NEVER = frozenset({scheme_of(PUSH_ENDPOINT), PRINTER_SCHEME})
_Name = Annotated[str, BeforeValidator(short_name)]


class ParentSettings(Section):
    """One parent: how it is asked, what it hangs on itself, and how many of these it needs."""

    name: _Name
    endpoint: Annotated[Text, Field(max_length=2000)] = ""
    parents: tuple[_Name, ...] = ()
    needs: Needs = Needs.ALL
    interval_s: Pace | None = None
    timeout_s: Pace | None = None

    def row(self) -> ParentRow:
        """Return the parent."""
        return ParentRow(
            name=self.name,
            endpoint=self.endpoint,
            parents=self.parents,
            needs=self.needs,
            interval_s=self.interval_s,
            timeout_s=self.timeout_s,
        )


def parent_rows(parents: Sequence[ParentSettings]) -> tuple[ParentRow, ...]:
    """Return what terminals hang on, in the order in which it is written."""
    return tuple(one.row() for one in parents)


def parent_names(parents: Sequence[ParentSettings], sources: Sequence[SourceSettings]) -> tuple[str, ...]:
    """Return what a row of the inventory may hang on: parents, and sources."""
    return (*(one.name for one in parents), *(one.name for one in sources))


def paces(parents: Sequence[ParentSettings]) -> Mapping[str, CadenceOverride]:
    """Return how often those are asked that say so themselves, by the id under which they are polled."""
    named = [(subject_of(PARENT, one.name), one) for one in parents if one.interval_s or one.timeout_s]
    return {
        terminal_id: CadenceOverride(
            selector=Selector(terminal_id=terminal_id), interval_s=one.interval_s, timeout_s=one.timeout_s
        )
        for terminal_id, one in named
    }


def bad_parents(
    parents: Sequence[ParentSettings],
    *,
    sources: Collection[str],
    policy: AddressPolicy,
    pace_s: tuple[float, float],
) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with parents, with its place.

    `sources` are names that may be parents as well, `pace_s` the interval and the timeout of `polling`.
    """
    names = [one.name for one in parents]
    yield from double_names(_SECTION, "parent", names)
    known = dict.fromkeys((*names, *sources))
    for number, one in enumerate(parents):
        place: Place = (_SECTION, number)
        if one.name in sources:
            yield (*place, "name"), "is the name of a source, which is a parent by itself"
        yield from _bad_endpoint(place, one, sources, policy)
        yield from _bad_pace(place, one, pace_s)
        yield from _bad_list(place, one, known)
    yield from _circles(parents)


def _bad_endpoint(
    place: Place, one: ParentSettings, sources: Collection[str], policy: AddressPolicy
) -> Iterator[tuple[Place, str]]:
    if not one.endpoint:
        if not one.parents:
            yield place, "has neither an endpoint nor parents: nothing says whether it is down"
        return
    where = (*place, "endpoint")
    if scheme_of(one.endpoint) in _NEVER:
        yield where, f"is no address of a parent: {scheme_of(one.endpoint)}: is for terminals"
        return
    try:
        endpoint = parse_address(one.endpoint, sources=sources)
    except BadEndpoint as bad:
        yield where, str(bad)
        return
    reason = policy.refusal(endpoint.host) if endpoint is not None and endpoint.is_address else None
    if reason:
        yield where, f"this address may not be polled: {reason}"


def _bad_pace(place: Place, one: ParentSettings, pace_s: tuple[float, float]) -> Iterator[tuple[Place, str]]:
    if not one.endpoint:
        for key, value in (("interval", one.interval_s), ("timeout", one.timeout_s)):
            if value is not None:
                yield (*place, key), "needs an endpoint"
        return
    interval_s, timeout_s = one.interval_s or pace_s[0], one.timeout_s or pace_s[1]
    if timeout_s > interval_s:
        told = f"{format_duration(timeout_s)} is longer than the interval of {format_duration(interval_s)}"
        yield (*place, "timeout"), f"{told}; a poll must be over before the next is due"


def _bad_list(place: Place, one: ParentSettings, known: Collection[str]) -> Iterator[tuple[Place, str]]:
    if len(one.parents) > MOST_PARENTS:
        yield (*place, "parents"), f"names more than {MOST_PARENTS} parents"
    for number, name in enumerate(one.parents):
        where = (*place, "parents", number)
        if name in one.parents[:number]:
            yield where, "names a parent twice"
        elif name not in known:
            yield where, f"not a parent of the configuration{did_you_mean(name, known)}"
    if "needs" in one.model_fields_set and not one.parents:
        yield (*place, "needs"), "needs parents: it says how many of them"


def _circles(parents: Sequence[ParentSettings]) -> Iterator[tuple[Place, str]]:
    places = {one.name: number for number, one in reversed([*enumerate(parents)])}
    above = {one.name: one.parents for one in parents}
    for circle in circles(above):
        yield (
            (_SECTION, places[circle[0]], "parents"),
            f"hang on each other: {' > '.join((*circle, circle[0]))}",
        )
