"""The demo identity provider: its configuration, the portal's two client keys, and the process.

The portal is registered twice, for companies and for staff, as a real installation has two providers.  Each client
proves itself with a key made here at the first start (``private_key_jwt``); the provider is told the public half.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from portal.embedded.child import Child, surroundings
from portal.embedded.place import Place, write_whole
from portal.embedded.ports import Ports
from portal.embedded.refusal import EnginesRefused
from portal.embedded.waiting import answers_http

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "infra" / "demo-idp" / "server.mjs"
PEOPLE = ROOT / "infra" / "demo-idp" / "people.json"
NODE_PACKAGE = ROOT / "node_modules" / "oidc-provider"
NODE_NEEDED = 20
# In the order of the settings' names: KUNDVAL_OIDC_COMPANY_…, KUNDVAL_OIDC_STAFF_…
CLIENTS = {"company": "kundval-foretag", "staff": "kundval-kommun"}


@dataclass(frozen=True)
class IdentityProvider:
    issuer: str
    client_keys: dict[str, Path]
    eid_roots: Path

    def environment(self) -> dict[str, str]:
        names: dict[str, str] = {"KUNDVAL_EID_ROOTS": str(self.eid_roots)}
        for client, client_id in CLIENTS.items():
            prefix = f"KUNDVAL_OIDC_{client.upper()}"
            names[f"{prefix}_ISSUER"] = self.issuer
            names[f"{prefix}_CLIENT_ID"] = client_id
            names[f"{prefix}_CLIENT_KEY"] = str(self.client_keys[client])
        return names


def launch_identity_provider(place: Place, ports: Ports, base_url: str) -> tuple[Child, IdentityProvider]:
    """Launched, not waited for.  Raises ``EnginesRefused`` without a recent Node or the npm packages."""
    node = _node()
    if not SERVER.exists():
        raise EnginesRefused(f"The demo identity provider is missing: {SERVER}")
    if not NODE_PACKAGE.exists():
        raise EnginesRefused("The npm packages are not installed; run: make setup")
    folder = place.folder("identity")
    issuer = f"http://localhost:{ports.identity}"
    keys = {client: place.keys / f"oidc-{client}.pem" for client in CLIENTS}
    config = {
        "port": ports.identity,
        "issuer": issuer,
        "clients": [_client(base_url, CLIENTS[client], key) for client, key in keys.items()],
        "people": str(PEOPLE),
        "keys": str(folder),
    }
    write_whole(folder / "config.json", json.dumps(config, indent=2))
    child = Child(
        "The demo identity provider",
        [node, SERVER, folder / "config.json"],
        surroundings(),
        log=place.logs / "identity.log",
        ready=lambda: answers_http(f"{issuer}/.well-known/openid-configuration"),
        grace=5.0,
        cwd=ROOT,
        kept_open=(place.lock,),
    )
    return child.launch(), IdentityProvider(issuer, keys, folder / "e-id-root.pem")


def _client(base_url: str, client_id: str, key: Path) -> dict[str, object]:
    return {
        "client_id": client_id,
        "client_name": "Kundval",
        "redirect_uris": [f"{base_url}/logga-in/svar", f"{base_url}/underskrift/svar"],
        "post_logout_redirect_uris": [f"{base_url}/"],
        "backchannel_logout_uri": f"{base_url}/logga-ut/kanal",
        "backchannel_logout_session_required": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "request_object_signing_alg": "ES256",
        "jwks": {"keys": [_public_half(key)]},
    }


def _public_half(path: Path) -> dict[str, object]:
    """Of the key kept there, made at the first call.  The key id is the thumbprint (RFC 7638)."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_whole(path, made.decode())
    key = ECKey.import_key(path.read_text())
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "ES256"}


def _node() -> str:
    wanted = f"Node.js {NODE_NEEDED} or later runs the demo identity provider"
    node = shutil.which("node")
    if node is None:
        raise EnginesRefused(f"{wanted} and was not found; install it (Debian 12 and later: apt install nodejs npm).")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH
    version = re.match(r"v(\d+)\.", told.stdout)
    if version is None or int(version[1]) < NODE_NEEDED:
        raise EnginesRefused(f"{wanted}; {node} is {told.stdout.strip() or 'broken'}.")
    return node
