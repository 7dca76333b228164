from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.web.middleware.certificate_renewal import CertificateRenewal


async def test_each_request_looks_for_a_renewed_certificate_before_it_is_answered() -> None:
    """So metrics that a kept connection asks for show the new certificate's end."""
    steps: list[str] = []

    async def answer(_request: web.Request) -> web.Response:
        steps.append("answered")
        return web.Response()

    renewal = CertificateRenewal(lambda: steps.append("looked"))
    for _ in range(2):
        await renewal(make_mocked_request("GET", "/metrics"), answer)
    assert steps == ["looked", "answered"] * 2
