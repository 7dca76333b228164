"""What an alert can be about beside a terminal."""

FLEET_SUBJECT = "/fleet"
MONITOR_SUBJECT = "/posmon"


def site_subject(site: str) -> str:
    """Return the subject of a site's alerts; a terminal id has no slash, so the two never meet."""
    return f"/site/{site}"
