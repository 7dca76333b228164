"""The summary of a period as a document."""

from monitor.domain.digest.period_log import MOST_LISTED, Digest
from monitor.domain.digest.rule_tally import RuleTally
from monitor.domain.digest.suggestion import InForce, suggestion_for
from monitor.domain.instant import rfc3339
from monitor.views.digest_documents import (
    DigestDocument,
    DigestReceiver,
    DigestRule,
    OverlookedAlert,
    RecurringAlert,
)


def digest_document(digest: Digest, in_force: InForce) -> DigestDocument:
    """Return the document; suggestions go by what the configuration says now."""
    noisy = len(digest.noisiest)
    return DigestDocument(
        since=rfc3339(digest.since),
        until=rfc3339(digest.until),
        fired=digest.fired,
        told=[
            DigestReceiver(
                receiver=one.receiver,
                way=one.way.value,
                messages=one.messages,
                alerts=one.alerts,
                critical=one.critical,
                resolved=one.resolved,
            )
            for one in digest.told
        ],
        held=dict(digest.held),
        actions=dict(digest.deeds),
        rules=[_rule(rule, in_force if place < noisy else None) for place, rule in enumerate(digest.rules)],
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
                told_at=rfc3339(one.told_at),
                lasted_s=round(one.lasted_s, 3),
                unattended_s=round(one.unattended_s, 3),
                open=one.is_open,
            )
            for one in digest.overlooked[:MOST_LISTED]
        ],
        overlooked_count=len(digest.overlooked),
    )


def _rule(rule: RuleTally, in_force: InForce | None) -> DigestRule:
    said = suggestion_for(rule, in_force) if in_force is not None else None
    return DigestRule(
        alertname=rule.alertname,
        owner=rule.owner,
        severity=rule.severity,
        fired=rule.fired,
        open=rule.still_open,
        told=rule.told,
        shop_told=rule.shop_told,
        held=rule.held,
        acknowledged=rule.acknowledged,
        attended=rule.attended,
        mean_s=round(rule.mean_s, 3),
        longest_s=round(rule.longest_s, 3),
        suggestion=said.en if said else "",
        suggestion_zh=said.zh if said else "",
    )
