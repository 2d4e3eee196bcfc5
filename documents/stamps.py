"""What a seal needs from outside to be verified long after: a time stamp (RFC 3161), and word of what is revoked.

Asked over HTTP of the services that an operator has named or a certificate
names. What does not answer is ``ServiceUnavailable``: the seal waits, and is
never made with less than was configured.
"""

import asyncio
import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Final

from asn1crypto import ocsp, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.fetchers.common_utils import format_ocsp_request

WAIT_SECONDS: Final = 10
MOST_BYTES: Final = 8 * 1024 * 1024

logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class ServiceUnavailable(Exception):
    """A time-stamp or certificate service did not answer, or not as it should. Nothing was sealed; try again later."""


class StampService(TimeStamper):
    """An RFC 3161 service at an address."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        answer = await asyncio.to_thread(_ask, self.url, req.dump(), "application/timestamp-query")
        try:
            response = tsp.TimeStampResp.load(answer)
            granted = response["status"]["status"].native in ("granted", "granted_with_mods")
        except ValueError as error:
            raise ServiceUnavailable(f"{self.url}: no time stamp in the answer: {error}") from error
        if not granted:
            raise ServiceUnavailable(f"{self.url}: the time stamp was refused: {response['status'].native}")
        return response

    async def certificates(self) -> tuple[x509.Certificate, ...]:
        """Those that its stamps are made and vouched for with: one stamp is asked for, the first time."""
        await self.async_dummy_response("sha256")
        return (*self._certs.values(), *self.cert_registry)


def revocation(
    certificates: Iterable[x509.Certificate], issuers: Iterable[x509.Certificate]
) -> tuple[list[bytes], list[bytes]]:
    """Answers of OCSP, and revocation lists, for each certificate that says where they are; an OCSP answer suffices."""
    by_subject = {issuer.subject.hashable: issuer for issuer in issuers}
    answers: list[bytes] = []
    lists: list[bytes] = []
    for certificate in certificates:
        issuer = by_subject.get(certificate.issuer.hashable)
        if issuer is None or certificate.self_signed == "yes" or certificate.self_signed == "maybe":
            continue
        if urls := certificate.ocsp_urls:
            answers.append(_ocsp(urls[0], certificate, issuer))
        elif urls := [url for point in certificate.crl_distribution_points if (url := point.url)]:
            lists.append(_ask(urls[0]))
    return answers, lists


def _ocsp(url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    request = format_ocsp_request(certificate, AuthorityWithCert(issuer), certid_hash_algo="sha1", request_nonces=False)
    answer = _ask(url, request.dump(), "application/ocsp-request")
    try:
        status = ocsp.OCSPResponse.load(answer)["response_status"].native
    except ValueError as error:
        raise ServiceUnavailable(f"{url}: no OCSP answer: {error}") from error
    if status != "successful":
        raise ServiceUnavailable(f"{url}: OCSP answered {status}")
    return answer


def _ask(url: str, data: bytes | None = None, media_type: str = "") -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ServiceUnavailable(f"{url}: not an address of HTTP")
    request = urllib.request.Request(url, data, {"content-type": media_type} if media_type else {})  # noqa: S310  checked above
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310  checked above
            found: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()  # it is the answer too, with its connection
        raise ServiceUnavailable(f"{url}: answered {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ServiceUnavailable(f"{url}: {error}") from error
    if len(found) > MOST_BYTES:
        raise ServiceUnavailable(f"{url}: the answer is too large")
    return found
