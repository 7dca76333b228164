"""Kinds of things that alerts are about, and how each kind is named.

A subject is written `/KIND/NAME`, and `/KIND` where there is only one. A terminal is written as its id, which
has no slash. Subjects are stored: their form does not change.
"""

TERMINAL = "terminal"
SITE = "site"
REGION = "region"
FLEET = "fleet"
CARD = "card"
SOURCE = "source"
TERMINAL_SOURCE = "terminal_source"
MONITOR = "posmon"
UNATTENDED = "unattended"
HOLD = "hold"
PARENT = "parent"

FLEET_SUBJECT = "/fleet"
MONITOR_SUBJECT = "/posmon"

SITE_OUTAGE = "SiteOffline"
"""The alert about a whole site. It is named here for the command line, which loads no detectors."""

REGION_OUTAGE = "RegionOffline"
"""The alert about many sites of a region."""

HOLD_ENDING = "HoldEnding"
"""The alert about a hold that is about to end. Only what names it holds it back."""

PARENT_DOWN = "ParentDown"
"""The alert about what terminals hang on."""

CARD_ATTACK = "CardAttack"
"""The alert about a card whose PIN is being guessed, as its diagnosis finds."""

WRONG_ANSWERS = "WrongAnswers"
"""The alert about a group many of whose terminals answer, but not with a heartbeat."""


def subject_of(kind: str, name: str = "") -> str:
    """Return the subject of alerts about `name`, a thing of any kind but terminals."""
    return f"/{kind}/{name}" if name else f"/{kind}"


def name_in(kind: str, subject: str) -> str | None:
    """Return which thing of a kind a subject names, "" for the only one, None when it is of another kind."""
    if subject == f"/{kind}":
        return ""
    head = f"/{kind}/"
    return subject.removeprefix(head) if subject.startswith(head) else None


def site_subject(site: str) -> str:
    """Return the subject of a site's alerts."""
    return subject_of(SITE, site)
