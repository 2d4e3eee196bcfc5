"""What the portal is handed: a role that owns nothing, a bucket that locks, an identity provider, and mail."""

import json
import urllib.request
from pathlib import Path

import boto3
import psycopg
import pytest
from botocore.exceptions import ClientError

NAMES = {
    *("KUNDVAL_DATABASE_URL", "KUNDVAL_OWNER_DATABASE_URL", "KUNDVAL_BASE_URL", "KUNDVAL_SECRET"),
    *("KUNDVAL_S3_ENDPOINT", "KUNDVAL_S3_BUCKET", "KUNDVAL_S3_ACCESS_KEY", "KUNDVAL_S3_SECRET_KEY"),
    *(f"KUNDVAL_OIDC_{who}_{what}" for who in ("COMPANY", "STAFF") for what in ("ISSUER", "CLIENT_ID", "CLIENT_KEY")),
    *("KUNDVAL_CLAMD", "KUNDVAL_CLAMD_TRIAL"),
    *("KUNDVAL_EID_ROOTS", "KUNDVAL_SEAL_FOLDER"),
    *("KUNDVAL_SMTP_URL", "KUNDVAL_MAIL_FROM", "KUNDVAL_BOUNCE_MAILDIR", "KUNDVAL_DEMO_MAILDIR"),
}


def test_the_environment_is_what_an_operator_would_set_and_nothing_else(engines):
    assert set(engines.environment) == NAMES


def test_the_app_role_cannot_create_anything(app_database):
    with psycopg.connect(app_database.app_url, autocommit=True) as app:
        for statement in (
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "CREATE ROLE mine",
            "CREATE DATABASE mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_the_app_role_owns_nothing_and_cannot_bypass_row_security(app_database):
    with psycopg.connect(app_database.app_url) as app:
        role = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = app.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()
        member_of = app.execute("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole").fetchone()

    assert (role, owned, member_of) == ((False, False, False, False), (0,), (0,))


def test_the_owner_owns_the_database_and_is_no_superuser(app_database):
    with psycopg.connect(app_database.owner_url) as owner:
        told = owner.execute(
            "SELECT datdba::regrole::text, rolsuper, rolbypassrls, current_setting('TimeZone'), datlocale"
            " FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user"
        ).fetchone()

    assert told == ("kundval_owner", False, False, "UTC", "C.UTF-8")


def test_nobody_is_let_in_without_the_password(app_database):
    for role in ("kundval_app", "kundval_owner", "kundval_superuser"):
        url = app_database.app_url.replace("kundval_app:", f"{role}:wrong")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)


def test_a_copy_holds_what_its_template_holds_and_has_its_doors_closed(engines):
    app_url, owner_url = engines.new_database()
    with psycopg.connect(owner_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 'kvar' AS word")

    copied_app, copied_owner = engines.new_database(app_url.rsplit("/", 1)[1])

    with psycopg.connect(copied_owner) as owner:
        assert owner.execute("SELECT word FROM kept").fetchone() == ("kvar",)
    with psycopg.connect(copied_app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TEMPORARY TABLE mine (id int)")


def test_the_bucket_locks_and_a_wrong_secret_is_refused(engines, app_bucket):
    store = engines.object_store
    lock = store.client().get_object_lock_configuration(Bucket=app_bucket)["ObjectLockConfiguration"]
    stranger = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        aws_access_key_id=store.access_key,
        aws_secret_access_key="wrong",
        region_name="us-east-1",
    )

    assert lock["ObjectLockEnabled"] == "Enabled"
    with pytest.raises(ClientError):
        stranger.list_objects_v2(Bucket=app_bucket)


def test_the_store_encrypts_when_asked(engines, app_bucket):
    store = engines.object_store.client()

    put = store.put_object(Bucket=app_bucket, Key="secret", Body=b"x", ServerSideEncryption="AES256")

    assert put["ServerSideEncryption"] == "AES256"


def test_the_identity_provider_answers_as_its_issuer_and_the_keys_are_there(engines):
    environment = engines.environment
    issuer = environment["KUNDVAL_OIDC_COMPANY_ISSUER"]

    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration") as answer:
        told = json.load(answer)

    assert told["issuer"] == issuer
    for name in ("KUNDVAL_OIDC_COMPANY_CLIENT_KEY", "KUNDVAL_OIDC_STAFF_CLIENT_KEY"):
        assert "PRIVATE KEY" in Path(environment[name]).read_text()
    assert "CERTIFICATE" in Path(environment["KUNDVAL_EID_ROOTS"]).read_text()
