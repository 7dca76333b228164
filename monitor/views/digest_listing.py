"""The summary of a period as a document."""

from monitor.domain.digest.period_log import MOST_LISTED, Digest
from monitor.domain.digest.rule_tally import RuleTally
from monitor.domain.digest.suggestion import suggestion_for
from monitor.domain.instant import rfc3339
from monitor.views.digest_documents import DigestDocument, DigestRule, OverlookedAlert, RecurringAlert


def digest_document(digest: Digest) -> DigestDocument:
    """Return the document."""
    noisy = len(digest.noisiest)
    return DigestDocument(
        since=rfc3339(digest.since),
        until=rfc3339(digest.until),
        rules=[_rule(rule, is_noisy=place < noisy) for place, rule in enumerate(digest.rules)],
        recurring=[
            RecurringAlert(alertname=name, subject=subject, fired=count)
            for (name, subject), count in digest.recurring[:MOST_LISTED]
        ],
        recurring_count=len(digest.recurring),
        overlooked=[
            OverlookedAlert(
                alertname=one.alertname,
                subject=one.subject,
                starts_at=rfc3339(one.since),
                lasted_s=round(one.lasted_s, 3),
                open=one.is_open,
            )
            for one in digest.overlooked[:MOST_LISTED]
        ],
        overlooked_count=len(digest.overlooked),
    )


def _rule(rule: RuleTally, *, is_noisy: bool) -> DigestRule:
    said = suggestion_for(rule) if is_noisy else None
    return DigestRule(
        alertname=rule.alertname,
        owner=rule.owner,
        fired=rule.fired,
        open=rule.still_open,
        acknowledged=rule.acknowledged,
        mean_s=round(rule.mean_s, 3),
        longest_s=round(rule.longest_s, 3),
        suggestion=said.en if said else "",
        suggestion_zh=said.zh if said else "",
    )
