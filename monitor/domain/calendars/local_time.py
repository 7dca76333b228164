"""Clock times of a zone as moments, also in the two nights in which its clocks change."""

from datetime import UTC, date, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)


def instant_of(day: date, minute: int, zone: tzinfo, *, last: bool) -> float:
    """Return the moment (unix seconds) at which the zone's clocks show `minute` after 00:00 of `day`.

    `minute` may lie in the days after. A time that the clocks show twice is the first moment or, with `last`,
    the last; one that they skip is the first moment after the gap.
    """
    shown = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - what clocks show
    early, late = (shown.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if early == late:
        return early
    if early < late:
        return late if last else early
    return _end_of_gap(late, early, zone)


def _end_of_gap(before: float, after: float, zone: tzinfo) -> float:
    """Return the moment between the two at which the zone's offset changes."""
    low, high = (datetime.fromtimestamp(wall, UTC) for wall in (before, after))
    offset = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.timestamp()
