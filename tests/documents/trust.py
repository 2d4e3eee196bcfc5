"""A certificate authority with revocation lists, OCSP and a time-stamp service (RFC 3161), all real and all here."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = timedelta(days=1)


def _name(common: str) -> x509.Name:
    names = {NameOID.COUNTRY_NAME: "SE", NameOID.ORGANIZATION_NAME: common, NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in names.items()])


@dataclass
class Authority:
    """One root; the services in ``down`` answer 503."""

    folder: Path
    now: datetime
    down: set[str] = field(default_factory=set)
    revoked: bool = False
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.key = rsa.generate_private_key(65537, 2048)
        self.root = self._certificate("Provrot", self.key, authority=True)
        self.root_path = self._kept("tsa-root.pem", self.root.public_bytes(Encoding.PEM))
        locator = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.url}/ocsp")
        )
        self.seal_key = rsa.generate_private_key(65537, 2048)
        usage = x509.KeyUsage(True, True, *(False,) * 7)
        self.seal = self._certificate(
            "Björkviks kommun", self.seal_key, (usage, True), (x509.AuthorityInformationAccess([locator]), False)
        )
        self.seal_paths = (
            self._kept("seal-key.pem", _private(self.seal_key, Encoding.PEM)),
            self._kept("seal.pem", self.seal.public_bytes(Encoding.PEM)),
        )
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.url}/crl")], None, None, None)
        stamp_key = rsa.generate_private_key(65537, 2048)
        stamp = self._certificate(
            "Provstämpel",
            stamp_key,
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
            (x509.CRLDistributionPoints([point]), False),
        )
        chain = SimpleCertificateStore()
        chain.register(_asn1(self.root))
        self.stamper = DummyTimeStamper(
            _asn1(stamp),
            asn1_keys.PrivateKeyInfo.load(_private(stamp_key, Encoding.DER)),
            certs_to_embed=chain,
            fixed_dt=self.now,
        )
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def _certificate(self, common: str, key, *more, authority: bool = False) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(_name("Provrot"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - DAY)
            .not_valid_after(self.now + 1000 * DAY)
            .add_extension(x509.BasicConstraints(authority, None), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )
        if not authority:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(issuer, False)
        for extension, critical in more:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256())

    def _kept(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def crl(self) -> bytes:
        made = x509.CertificateRevocationListBuilder(_name("Provrot"), self.now - DAY, self.now + DAY)
        made = made.add_extension(x509.CRLNumber(1), False)
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self) -> bytes:
        status = ocsp.OCSPCertStatus.REVOKED if self.revoked else ocsp.OCSPCertStatus.GOOD
        made = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=self.seal,
                issuer=self.root,
                algorithm=hashes.SHA1(),  # what OCSP names certificates with
                cert_status=status,
                this_update=self.now - timedelta(minutes=1),
                next_update=self.now + DAY,
                revocation_time=self.now - DAY if self.revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        )
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def stamp(self, request: bytes) -> bytes:
        made: bytes = self.stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump()
        return made

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(authority.crl())

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["content-length"]))
                self._answer(authority.ocsp() if self.path == "/ocsp" else authority.stamp(sent))

            def _answer(self, data: bytes) -> None:
                authority.asked.append(self.path)
                self.send_response(503 if self.path in authority.down else 200)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_said) -> None:
                """Nothing is said."""

        return Handler


def _private(key: rsa.RSAPrivateKey, encoding: Encoding) -> bytes:
    return key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
