"""All configuration, read once at start from the environment.

Nothing else in the code base reads ``os.environ``.  A missing or malformed
value stops the process before it listens, and every fault is named at once.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

WORKER_SILENT_SECONDS = 12
"""So long a worker may be silent before its jobs are given to another."""


class BadSettings(Exception):
    """The environment does not describe a runnable portal."""


@dataclass(frozen=True, kw_only=True)
class OidcClient:
    """One registered client at one provider; ``key`` is the PEM file that the provider knows us by."""

    issuer: str
    client_id: str
    key: Path


@dataclass(frozen=True, kw_only=True)
class CompaniesApi:
    """Access to the Companies Registration Office's open data; see ``portal.registers.companies``."""

    url: str
    token_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str
    base_url: str
    secret: str
    s3_endpoint: str
    s3_bucket: str
    s3_access_key: str
    s3_secret_key: str
    company_sign_in: OidcClient
    staff_sign_in: OidcClient
    smtp_url: str
    mail_from: str
    seal_folder: Path
    tsa_url: str | None = None
    """An RFC 3161 time-stamp service: seals are then made at level B-T, and wait where it is away."""
    eid_roots: Path | None = None
    bounce_maildir: Path | None = None
    demo_maildir: Path | None = None
    clamd: str | None = None
    companies_api: CompaniesApi | None = None
    clamd_trial: bool = False
    """The scanner knows the test file alone, and finds no real malware: pages say so."""
    owner_database_url: str | None = None
    session_idle_minutes: int = 30
    session_hours: int = 10
    worker_silent_seconds: int = WORKER_SILENT_SECONDS
    trusted_proxies: int = 0
    """How many proxies of our own stand before the portal and add to X-Forwarded-For."""

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        env = os.environ if env is None else env
        faults: list[str] = []

        def required(name: str) -> str:
            if not (value := env.get(f"KUNDVAL_{name}", "").strip()):
                faults.append(f"KUNDVAL_{name} is not set")
            return value

        def optional_path(name: str) -> Path | None:
            value = env.get(f"KUNDVAL_{name}", "").strip()
            return Path(value) if value else None

        def number(name: str, default: int, least: int = 1) -> int:
            value = env.get(f"KUNDVAL_{name}", "").strip() or str(default)
            if not value.isdecimal() or int(value) < least:
                faults.append(f"KUNDVAL_{name} must be a whole number of at least {least}, not {value!r}")
                return default
            return int(value)

        def client(name: str) -> OidcClient:
            return OidcClient(
                issuer=required(f"OIDC_{name}_ISSUER").rstrip("/"),
                client_id=required(f"OIDC_{name}_CLIENT_ID"),
                key=Path(required(f"OIDC_{name}_CLIENT_KEY")),
            )

        def companies_api() -> CompaniesApi | None:
            names = ("URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")
            told = {name.lower(): env.get(f"KUNDVAL_BOLAGSVERKET_{name}", "").strip() for name in names}
            if not any(told.values()):
                return None
            faults.extend(f"KUNDVAL_BOLAGSVERKET_{name.upper()} is not set" for name in told if not told[name])
            return CompaniesApi(**told)

        settings = cls(
            database_url=required("DATABASE_URL"),
            base_url=required("BASE_URL").rstrip("/"),
            secret=required("SECRET"),
            s3_endpoint=required("S3_ENDPOINT"),
            s3_bucket=required("S3_BUCKET"),
            s3_access_key=required("S3_ACCESS_KEY"),
            s3_secret_key=required("S3_SECRET_KEY"),
            company_sign_in=client("COMPANY"),
            staff_sign_in=client("STAFF"),
            smtp_url=required("SMTP_URL"),
            mail_from=required("MAIL_FROM"),
            seal_folder=Path(required("SEAL_FOLDER")),
            tsa_url=env.get("KUNDVAL_TSA_URL", "").strip() or None,
            eid_roots=optional_path("EID_ROOTS"),
            bounce_maildir=optional_path("BOUNCE_MAILDIR"),
            demo_maildir=optional_path("DEMO_MAILDIR"),
            clamd=env.get("KUNDVAL_CLAMD", "").strip() or None,
            companies_api=companies_api(),
            clamd_trial=env.get("KUNDVAL_CLAMD_TRIAL", "").strip() == "1",
            owner_database_url=env.get("KUNDVAL_OWNER_DATABASE_URL", "").strip() or None,
            session_idle_minutes=number("SESSION_IDLE_MINUTES", 30),
            session_hours=number("SESSION_HOURS", 10),
            worker_silent_seconds=number("WORKER_SILENT_SECONDS", WORKER_SILENT_SECONDS),
            trusted_proxies=number("TRUSTED_PROXIES", 0, least=0),
        )
        if settings.secret and len(settings.secret) < 32:
            faults.append("KUNDVAL_SECRET is shorter than 32 characters")
        local = ("http://localhost", "http://127.0.0.1")
        if settings.base_url and not settings.base_url.startswith(("https://", *local)):
            faults.append("KUNDVAL_BASE_URL must be https, save on this machine itself")
        if settings.tsa_url and not settings.tsa_url.startswith(("http://", "https://")):
            faults.append("KUNDVAL_TSA_URL must begin with http:// or https://")
        if faults:
            raise BadSettings("; ".join(faults))
        return settings
