"""Keep tenants apart in the database: grants, row-level security, append-only records, immutable conditions.

The portal's role, ``kundval_app``, owns nothing.  What a transaction serves is
said with ``set_config('app.…', …, true)``; a query without it sees only what is
public.  Another municipality's or company's row is not refused, it is not there.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Wrapped in a sub-select, the setting is read once for a statement and not for each row.
M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
SELF = "person_id = (SELECT nullif(current_setting('app.person', true), '')::uuid)"
MUNICIPALITY = "(SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
PROVIDER = "(SELECT nullif(current_setting('app.provider', true), '')::uuid)"


def either(company: str, municipality: str) -> str:
    """The company, or else the municipality: ``OR``, written so that the planner does not try to walk both.

    Of ``OR`` it makes a bitmap of two indexes, reads every row of the tenant and sorts them all, where the
    query's own conditions walk one index and stop after a page.  So a query names its tenant itself, and
    what stands here only refuses.
    """
    return f"CASE WHEN {company} THEN true ELSE {municipality} END"


# table: (who reads, who adds, who changes); None = nobody
BOTH = either(P, M)
# Staff never see a draft, nor what is written in one.
SUBMITTED = "EXISTS (SELECT FROM application a WHERE a.id = application_id)"
POLICIES: dict[str, tuple[str, str | None, str | None]] = {
    "municipality": ("true", None, f"id = {MUNICIPALITY}"),
    "service": ("true", M, M),
    "condition_version": ("true", M, None),
    "staff_member": (f"({M} OR {SELF})", M, M),
    "staff_event": (M, M, None),
    # Counted up while a company submits, by whoever serves that municipality's case at that moment.
    "diary_serial": ("true", "true", "true"),
    "provider": (
        f"(id = {PROVIDER} OR id IN (SELECT provider_id FROM provider_member WHERE {SELF}) OR EXISTS (SELECT FROM application a"
        f" WHERE a.provider_id = provider.id AND a.{M}))",
        f"id = {PROVIDER}",
        f"id = {PROVIDER}",
    ),
    "provider_member": (
        f"({P} OR {SELF} OR EXISTS (SELECT FROM application a WHERE a.provider_id = provider_member.provider_id"
        f" AND a.{M}))",
        P,
        P,
    ),
    "invitation": (
        f"({P} OR token_hash = (SELECT decode(nullif(current_setting('app.invitation', true), ''), 'hex')))",
        P,
        f"({P} OR token_hash = (SELECT decode(nullif(current_setting('app.invitation', true), ''), 'hex')))",
    ),
    "document": (
        f"({P} OR EXISTS (SELECT FROM answer_document d WHERE d.document_id = document.id AND d.{M}))",
        P,
        f"({P} OR EXISTS (SELECT FROM answer_document d WHERE d.document_id = document.id AND d.{M}))",
    ),
    "document_access": (BOTH, BOTH, None),
    # A case without a number is a draft: it is the company's alone.
    "case_file": (either(P, f"({M} AND number IS NOT NULL)"), P, BOTH),
    "event": (either(f"({P} AND NOT internal)", M), BOTH, None),
    "letter": (
        either(f"({P} AND (to_company OR (case_id IS NULL AND municipality_id IS NULL)))", M),
        BOTH,
        BOTH,
    ),
    "paper": (BOTH, BOTH, BOTH),
    "conflict": (M, M, M),
    "application": (either(P, f"({M} AND state <> 'draft' AND submitted_at IS NOT NULL)"), P, BOTH),
    "application_word": (M, "true", None),
    "answer": (either(P, f"({M} AND {SUBMITTED})"), P, P),
    "answer_document": (either(P, f"({M} AND {SUBMITTED})"), P, P),
    "judgement": (M, M, M),
    "former_judgement": (M, M, None),
    "note": (M, M, None),
    "supplement": (BOTH, M, BOTH),
    "supplement_item": (BOTH, M, BOTH),
    "proposal": (M, M, M),
    "hearing": (BOTH, M, BOTH),
    "decision": (BOTH, M, M),
    "provider_authorization": (f"({BOTH} OR state = 'active')", M, BOTH),
    "contract": (BOTH, M, BOTH),
    "signature": (BOTH, BOTH, None),
}
MAY_BE_DELETED = ("answer_document", "session", "flow", "parked_form", "rate")
WITHOUT_TENANT = ("person", "login", "session", "flow", "parked_form", "rate")

FUNCTIONS = """
-- Who a session token belongs to and whom it acts for; says so to row-level security in the same call.
CREATE FUNCTION open_session(hash bytea, moment timestamptz, idle interval)
RETURNS TABLE (
    person_id uuid, name text, language text, staff boolean, started timestamptz, ends timestamptz,
    provider_id uuid, provider_name text, provider_orgnr text, provider_role text,
    municipality_id uuid, municipality_slug text, municipality_name text, municipality_changed timestamptz,
    staff_title text, staff_roles text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE known record;
BEGIN
    SELECT s.person_id, p.name, p.language, s.staff, s.created_at, s.ends_at, s.seen_at,
           m.provider_id, c.name AS provider_name, c.orgnr, m.role,
           f.municipality_id, k.slug, k.name AS municipality_name, k.changed_at, f.title, f.roles
      INTO known
      FROM session s
      JOIN person p ON p.id = s.person_id
      LEFT JOIN provider_member m ON m.provider_id = s.provider_id AND m.person_id = s.person_id AND m.left_at IS NULL
      LEFT JOIN provider c ON c.id = m.provider_id
      LEFT JOIN staff_member f ON f.municipality_id = s.municipality_id AND f.person_id = s.person_id AND f.active
      LEFT JOIN municipality k ON k.id = f.municipality_id
     WHERE s.token_hash = hash AND s.ends_at > moment AND s.seen_at > moment - idle;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Not at every request: a minute's precision is enough, and reading stays reading.
    IF known.seen_at < moment - interval '1 minute' THEN
        UPDATE session SET seen_at = moment WHERE token_hash = hash;
    END IF;
    PERFORM set_config('app.person', known.person_id::text, true),
            set_config('app.provider', coalesce(known.provider_id::text, ''), true),
            set_config('app.municipality', coalesce(known.municipality_id::text, ''), true);
    RETURN QUERY SELECT known.person_id, known.name::text, known.language::text, known.staff, known.created_at,
        known.ends_at, known.provider_id, known.provider_name::text, known.orgnr::text, known.role::text,
        known.municipality_id, known.slug::text, known.municipality_name::text, known.changed_at,
        known.title::text, known.roles;
END $$;

-- A person as an identity provider knows them: the row is found or made, and staff are bound by verified address.
CREATE FUNCTION person_signing_in(
    at_issuer text, known_as text, full_name text, address text, is_staff boolean, moment timestamptz
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE found uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(at_issuer || ' ' || known_as, 0));
    SELECT l.person_id INTO found FROM login l WHERE l.issuer = at_issuer AND l.subject = known_as;
    IF found IS NULL THEN
        INSERT INTO person (id, name, language) VALUES (gen_random_uuid(), full_name, 'sv') RETURNING id INTO found;
        INSERT INTO login (id, person_id, issuer, subject, email, created_at)
        VALUES (gen_random_uuid(), found, at_issuer, known_as, address, moment);
    ELSE
        UPDATE person SET name = full_name WHERE id = found AND name <> full_name;
        UPDATE login SET email = address
         WHERE person_id = found AND issuer = at_issuer AND subject = known_as AND email IS DISTINCT FROM address;
    END IF;
    IF is_staff AND address IS NOT NULL THEN
        UPDATE staff_member SET person_id = found
         WHERE lower(email) = lower(address) AND active AND person_id IS NULL;
    END IF;
    RETURN found;
END $$;

-- What anyone may know of a paper by its number or by its bytes: no name of a person, no content.
CREATE FUNCTION public_paper(by_number text, by_hash text)
RETURNS TABLE (number text, kind text, title text, made_at timestamptz, ready_at timestamptz, sealed_by text,
               sha256 text, municipality_name text, municipality_slug text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT p.number, p.kind, p.title, p.made_at, p.ready_at, p.sealed_by, p.sha256, m.name, m.slug
      FROM paper p JOIN municipality m ON m.id = p.municipality_id
     WHERE p.ready_at IS NOT NULL AND (p.number = by_number OR p.sha256 = by_hash)
     LIMIT 1
$$;

-- What the clock must look at, as identifiers only; the work itself is done inside one tenant.
CREATE FUNCTION supplements_due(today date)
RETURNS TABLE (municipality_id uuid, supplement_id uuid, overdue boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT s.municipality_id, s.id, s.due_on < today
      FROM supplement s JOIN application a ON a.id = s.application_id
     WHERE s.answered_at IS NULL AND s.closed_at IS NULL AND a.state = 'supplement_requested'
       AND (s.due_on < today OR (s.reminded_at IS NULL AND s.due_on <= today + 3))
$$;

-- A bounce names its letter and nothing more; which tenant that is, is said here.
CREATE FUNCTION letter_home(letter uuid) RETURNS TABLE (municipality_id uuid, provider_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT l.municipality_id, l.provider_id FROM letter l WHERE l.id = letter
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of conditions is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER condition_version_is_final BEFORE UPDATE OR DELETE ON condition_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.get_bind().exec_driver_sql(FUNCTIONS.replace("%", "%%"))
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO kundval_app")
    for table in (*POLICIES, *WITHOUT_TENANT):
        op.execute(f"GRANT SELECT ON {table} TO kundval_app")
    for table in WITHOUT_TENANT:
        op.execute(f"GRANT INSERT, UPDATE ON {table} TO kundval_app")
    op.execute("REVOKE SELECT, INSERT, UPDATE ON login FROM kundval_app")
    op.execute("GRANT SELECT (person_id, email) ON login TO kundval_app")
    op.execute("ALTER TABLE login ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reads ON login FOR SELECT TO kundval_app USING ({SELF})")
    op.execute("REVOKE INSERT ON person FROM kundval_app")
    for table, (reads, adds, changes) in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({reads})")
        if adds is not None:
            op.execute(f"GRANT INSERT ON {table} TO kundval_app")
            op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({adds})")
        if changes is not None:
            op.execute(f"GRANT UPDATE ON {table} TO kundval_app")
            op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({changes})")
        if table in MAY_BE_DELETED:
            op.execute(f"CREATE POLICY removes ON {table} FOR DELETE TO kundval_app USING ({changes})")
    for table in MAY_BE_DELETED:
        op.execute(f"GRANT DELETE ON {table} TO kundval_app")
    op.execute(
        "DO $$ DECLARE name text; BEGIN"
        " FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate_%' LOOP"
        "  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO kundval_app', name);"
        " END LOOP;"
        " FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP"
        "  EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO kundval_app', name);"
        " END LOOP; END $$"
    )
