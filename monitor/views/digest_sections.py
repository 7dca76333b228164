"""A summary as headings, sentences and tables, which text, Markdown and HTML are made of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from monitor.domain.runbooks.runbook import Language
from monitor.views.digest_documents import DigestDocument, DigestRule
from monitor.views.digest_words import about, digest_word, length

SayTime = Callable[[str], str]
"""Says one of our timestamps for people."""

NOISIEST = 10
MOST_OVERLOOKED = 20
MOST_RECURRING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSection:
    """One part: a heading, a table, and what stands there when it is empty.

    The texts of `notes`, one for each row or none, belong below the rows; `more` is said below the table. On
    a page `links` say where the first cell of each row leads.
    """

    heading: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    links: Sequence[str] = ()
    note_word: str = ""
    more: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestText:
    """A whole summary in one language; `title` is one line, such as the subject of a mail."""

    title: str
    heading: str
    period: str
    lead: Sequence[str]
    sections: Sequence[DigestSection]


def digest_sections(
    document: DigestDocument, language: Language, say_time: SayTime, every: str = "summary"
) -> DigestText:
    """Return a summary for people; `every` is `daily`, `weekly` or `summary`. Names stay in one line."""

    def say(key: str, **values: object) -> str:
        return digest_word(key, language, **values)

    since, until = say_time(document.since), say_time(document.until)
    title = say(
        "title",
        name=say(every),
        day=until[:10],
        fired=say("alerts", n=document.fired),
        overlooked=say("overlooked", n=document.overlooked_count),
    )
    sections = [_overlooked(document, language, say_time)]
    if document.rules:
        sections += [_noisiest(document, language), *_recurring(document, language)]
    sections += [_told(document, language), *_held(document, language)]
    return DigestText(
        title=title,
        heading=say(every),
        period=say("period", since=since, until=until),
        lead=list(_lead(document, language)),
        sections=sections,
    )


def _lead(document: DigestDocument, language: Language) -> Iterator[str]:
    rules = document.rules
    if not rules:
        yield digest_word("quiet", language)
    else:
        yield digest_word(
            "fired",
            language,
            fired=document.fired,
            open=sum(rule.open for rule in rules),
            told=sum(rule.told for rule in rules),
            shop_told=sum(rule.shop_told for rule in rules),
            held=sum(rule.held for rule in rules),
        )
    deeds = document.actions
    yield digest_word(
        "deeds",
        language,
        acks=deeds.get("ack.add", 0),
        silences=deeds.get("silence.add", 0),
        windows=deeds.get("window.add", 0),
    )


def _overlooked(document: DigestDocument, language: Language, say_time: SayTime) -> DigestSection:
    listed = document.overlooked[:MOST_OVERLOOKED]
    return DigestSection(
        heading=digest_word("Nobody acted on", language),
        header=_said(language, "alert", "about", "since", "unattended", "state"),
        rows=[
            (
                _line(one.alertname),
                _line(about(one.subject, language)),
                say_time(one.starts_at),
                length(one.unattended_s, language),
                digest_word("open" if one.open else "over", language),
            )
            for one in listed
        ],
        links=[_alert_page(one.alertname, one.subject) for one in listed],
        more=_more(document.overlooked_count - len(listed), language),
        empty=digest_word("none overlooked", language),
    )


def _noisiest(document: DigestDocument, language: Language) -> DigestSection:
    listed = document.rules[:NOISIEST]
    return DigestSection(
        heading=digest_word("Noisiest rules", language),
        header=_said(language, "alert", "owner", "count", "told", "held", "attended", "longest"),
        rows=[
            (
                _line(rule.alertname),
                digest_word(_line(rule.owner), language),
                str(rule.fired),
                str(rule.told),
                str(rule.held),
                str(rule.attended),
                length(rule.longest_s, language),
            )
            for rule in listed
        ],
        notes=[_suggestion(rule, language) for rule in listed],
        links=[f"/runbooks/{quote(rule.alertname, safe='')}" for rule in listed],
        note_word=digest_word("suggestion", language),
        more=_more(len(document.rules) - len(listed), language),
    )


def _recurring(document: DigestDocument, language: Language) -> Iterator[DigestSection]:
    listed = document.recurring[:MOST_RECURRING]
    if listed:
        yield DigestSection(
            heading=digest_word("Recurs", language),
            header=_said(language, "alert", "about", "times"),
            rows=[
                (_line(one.alertname), _line(about(one.subject, language)), str(one.fired)) for one in listed
            ],
            links=[_alert_page(one.alertname, one.subject) for one in listed],
            more=_more(document.recurring_count - len(listed), language),
        )


def _told(document: DigestDocument, language: Language) -> DigestSection:
    return DigestSection(
        heading=digest_word("Told", language),
        header=_said(language, "receiver", "way", "messages", "new", "critical", "resolved"),
        rows=[
            (
                _line(one.receiver),
                digest_word(one.way, language),
                *(str(count) for count in (one.messages, one.alerts, one.critical, one.resolved)),
            )
            for one in document.told
        ],
        empty=digest_word("none told", language),
    )


def _held(document: DigestDocument, language: Language) -> Iterator[DigestSection]:
    if document.held:
        yield DigestSection(
            heading=digest_word("Held", language),
            header=_said(language, "reason", "times"),
            rows=[(digest_word(reason, language), str(times)) for reason, times in document.held.items()],
        )


def _suggestion(rule: DigestRule, language: Language) -> str:
    return _line(rule.suggestion if language is Language.EN else rule.suggestion_zh)


def _alert_page(alertname: str, subject: str) -> str:
    name, about_it = (quote(part.encode("utf-8", "replace"), safe="") for part in (alertname, subject))
    return f"/alerts/{name}?subject={about_it}"


def _said(language: Language, *keys: str) -> tuple[str, ...]:
    return tuple(digest_word(key, language) for key in keys)


def _more(left_out: int, language: Language) -> str:
    return digest_word("more", language, n=left_out) if left_out > 0 else ""


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
