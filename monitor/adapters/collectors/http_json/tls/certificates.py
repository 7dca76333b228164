"""What a certificate says that was verified."""

import ssl
from collections.abc import Mapping
from typing import Any

from monitor.domain.polling.poll_result import CertificatePeriod


def period_of(shown: Mapping[str, Any] | None) -> CertificatePeriod | None:
    """Return for how long a certificate holds, as `ssl.SSLObject.getpeercert` has it; None without one."""
    if not shown:
        return None
    begins, ends = (ssl.cert_time_to_seconds(str(shown[name])) for name in ("notBefore", "notAfter"))
    return CertificatePeriod(begins, ends)
