"""Keep what decisions rest on, thin out the rest by an approved list, and hand out archives.

What was thinned out stays as a row: its digest and its event let the record be verified. Only ``thin`` blanks a row,
and only for an item of a list that a person has approved.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
M = "municipality_id = (SELECT nullif(current_setting('app.municipality', true), '')::uuid)"
P = "provider_id = (SELECT nullif(current_setting('app.provider', true), '')::uuid)"
SELF = "person_id = (SELECT nullif(current_setting('app.person', true), '')::uuid)"
OWN = f"({M} OR {P} OR {SELF})"
POLICIES = {"retention": M, "thinning": M, "thinning_item": M, "archive": OWN}

FUNCTIONS = """
-- A document is spared while any application that lives uses it, or any decision that it was kept for is kept.
CREATE FUNCTION may_be_thinned(document uuid, today date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT NOT EXISTS (
        SELECT FROM answer_document x JOIN application a ON a.id = x.application_id
          LEFT JOIN retention r ON r.case_id = a.id
         WHERE x.document_id = document
           AND NOT (a.state = 'withdrawn' OR (a.state IN ('approved', 'rejected') AND r.until < today)))
       AND NOT EXISTS (SELECT FROM retention r WHERE r.kept -> 'documents' ? document::text AND r.until >= today)
$$;

-- What may be proposed for thinning in the municipality that is served, as identifiers only: drafts and companies'
-- own documents are no business of its staff, but that they lie there too long is.
CREATE FUNCTION thinning_candidates(today date, draft_before date, withdrawn_before date, unused_before date)
RETURNS TABLE (reason text, provider_id uuid, case_id uuid, document_id uuid, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH here AS (SELECT nullif(current_setting('app.municipality', true), '')::uuid AS id),
    touched AS (
        SELECT a.id, a.provider_id, a.state, (SELECT max(e.at) FROM event e WHERE e.case_id = a.id)::date AS last
          FROM application a WHERE a.municipality_id = (SELECT id FROM here) AND a.state IN ('draft', 'withdrawn')
    ),
    ended AS (
        SELECT r.case_id, r.provider_id, r.until FROM retention r
         WHERE r.municipality_id = (SELECT id FROM here) AND r.until < today AND r.thinned_at IS NULL
           AND NOT EXISTS (SELECT FROM provider_authorization x
                            WHERE x.case_id = r.case_id AND x.state IN ('signed', 'active', 'warned', 'suspended'))
    ),
    found AS (
        SELECT 'draft' AS reason, t.provider_id, t.id AS case_id, NULL::uuid AS document_id, t.last AS since
          FROM touched t WHERE t.state = 'draft' AND t.last < draft_before
        UNION ALL
        SELECT 'withdrawn', t.provider_id, t.id, d.document_id, t.last
          FROM touched t JOIN answer_document d ON d.application_id = t.id
         WHERE t.state = 'withdrawn' AND t.last < withdrawn_before
        UNION ALL
        SELECT 'expired', o.provider_id, o.case_id, d.document_id, o.until
          FROM ended o JOIN answer_document d ON d.application_id = o.case_id
        UNION ALL
        SELECT 'expired', o.provider_id, o.case_id, NULL, o.until FROM ended o
        UNION ALL
        SELECT 'unused', d.provider_id, NULL, d.id, d.uploaded_at::date
          FROM document d
         WHERE d.uploaded_at::date < unused_before
           AND NOT EXISTS (SELECT FROM answer_document x WHERE x.document_id = d.id)
           AND EXISTS (SELECT FROM event e WHERE e.provider_id = d.provider_id AND e.kind = 'document.attached'
                          AND e.municipality_id = (SELECT id FROM here) AND e.facts ->> 'document' = d.id::text)
    )
    SELECT DISTINCT ON (coalesce(f.document_id, f.case_id)) f.reason, f.provider_id, f.case_id, f.document_id, f.since
      FROM found f LEFT JOIN document d ON d.id = f.document_id
     WHERE (f.document_id IS NULL OR (d.thinned_at IS NULL AND may_be_thinned(f.document_id, today)))
       AND NOT EXISTS (SELECT FROM thinning_item i JOIN thinning t ON t.id = i.thinning_id
                        WHERE t.done_at IS NULL AND i.document_id IS NOT DISTINCT FROM f.document_id
                          AND (i.document_id IS NOT NULL OR i.case_id = f.case_id))
     ORDER BY coalesce(f.document_id, f.case_id), f.reason
$$;

-- The one way in which what was written is blanked.  Refused for what nobody has approved.
CREATE FUNCTION thin(item uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE it record;
BEGIN
    SELECT i.* INTO it FROM thinning_item i JOIN thinning t ON t.id = i.thinning_id
     WHERE i.id = item AND t.approved_at IS NOT NULL AND t.approved_by IS NOT NULL
       AND NOT i.spared AND i.removed_at IS NULL
       AND i.municipality_id = nullif(current_setting('app.municipality', true), '')::uuid
       FOR UPDATE OF i;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody has approved that this is thinned out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF it.document_id IS NOT NULL THEN
        IF NOT may_be_thinned(it.document_id, (moment AT TIME ZONE 'Europe/Stockholm')::date) THEN
            RAISE EXCEPTION 'the document is in use' USING ERRCODE = 'insufficient_privilege';
        END IF;
        UPDATE document SET name = '', object_key = '', thinned_at = moment,
               discarded_at = coalesce(discarded_at, moment)
         WHERE id = it.document_id;
    ELSE
        IF it.reason = 'expired' AND NOT EXISTS (
            SELECT FROM retention r WHERE r.case_id = it.case_id
               AND r.until < (moment AT TIME ZONE 'Europe/Stockholm')::date) THEN
            RAISE EXCEPTION 'the case is to be kept' USING ERRCODE = 'insufficient_privilege';
        END IF;
        UPDATE answer SET description = '' WHERE application_id = it.case_id;
        UPDATE application SET withdrawal_reason = '' WHERE id = it.case_id;
        UPDATE note SET text = '' WHERE application_id = it.case_id;
        UPDATE judgement SET reason = '' WHERE application_id = it.case_id;
        UPDATE former_judgement SET reason = '' WHERE application_id = it.case_id;
        UPDATE supplement SET message = '', explanation = '' WHERE application_id = it.case_id;
        UPDATE supplement_item SET question = ''
         WHERE supplement_id IN (SELECT s.id FROM supplement s WHERE s.application_id = it.case_id);
        UPDATE proposal SET summary = '', reasons = '[]', sent_back_reason = '' WHERE application_id = it.case_id;
        UPDATE hearing SET draft = '{}', comment = '' WHERE application_id = it.case_id;
        UPDATE decision SET reasons = '', coded_reasons = '[]', protocol = '[]' WHERE application_id = it.case_id;
        UPDATE conflict SET note = '' WHERE case_id = it.case_id;
        UPDATE letter SET recipient = '', recipient_name = '', subject = '', body = '', link = '', problem = NULL
         WHERE letter.case_id = it.case_id;
        UPDATE signature SET name = '', signature = '', certificate = ''
         WHERE contract_id IN (SELECT c.id FROM contract c JOIN provider_authorization a ON a.id = c.authorization_id
                                WHERE a.case_id = it.case_id);
        UPDATE paper SET facts = '{}', object_key = NULL, thinned_at = moment WHERE paper.case_id = it.case_id;
        UPDATE retention SET thinned_at = moment WHERE retention.case_id = it.case_id;
    END IF;
    UPDATE thinning_item SET removed_at = moment WHERE id = item;
END $$;

-- Archives to remove: made long ago, whoever they belong to.  As identifiers only.
CREATE FUNCTION archives_over(before timestamptz)
RETURNS TABLE (id uuid, municipality_id uuid, provider_id uuid, person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT a.id, a.municipality_id, a.provider_id, a.person_id FROM archive a
     WHERE a.ready_at < before AND a.removed_at IS NULL
$$;

-- That something was thinned out is said by the function above and by nobody else.
CREATE FUNCTION refuse_thinning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.thinned_at IS DISTINCT FROM OLD.thinned_at AND current_user = 'kundval_app' THEN
        RAISE EXCEPTION 'only an approved list thins out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_thinned BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION refuse_thinning();
CREATE TRIGGER paper_thinned BEFORE UPDATE ON paper FOR EACH ROW EXECUTE FUNCTION refuse_thinning();
CREATE TRIGGER retention_thinned BEFORE UPDATE ON retention FOR EACH ROW EXECUTE FUNCTION refuse_thinning();

-- A case is kept for longer, never for shorter, than was once said; and an approval stands.
CREATE FUNCTION refuse_shortening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.until < OLD.until THEN
        RAISE EXCEPTION 'a retention is never shortened' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER retention_is_prolonged BEFORE UPDATE ON retention FOR EACH ROW EXECUTE FUNCTION refuse_shortening();
"""


def upgrade() -> None:
    op.add_column("document", sa.Column("thinned_at", MOMENT, nullable=True))
    op.add_column("paper", sa.Column("thinned_at", MOMENT, nullable=True))
    _tables()
    op.get_bind().exec_driver_sql(FUNCTIONS.replace("%", "%%"))
    for table, rule in POLICIES.items():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO kundval_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO kundval_app USING ({rule})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT TO kundval_app WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY changes ON {table} FOR UPDATE TO kundval_app USING ({rule})")


def _tables() -> None:
    op.create_table(
        "retention",
        _ref("case_id", "case_file"),
        _ref("municipality_id", "municipality"),
        _ref("provider_id", "provider"),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("thinned_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("retention_until", "retention", ["municipality_id", "until"])
    op.create_table(
        "thinning",
        sa.Column("id", sa.Uuid(), nullable=False),
        _ref("municipality_id", "municipality"),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        _ref("approved_by", "person", optional=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_thinning_municipality_id", "thinning", ["municipality_id"])
    op.create_table(
        "thinning_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        _ref("thinning_id", "thinning"),
        _ref("municipality_id", "municipality"),
        _ref("provider_id", "provider"),
        _ref("case_id", "case_file", optional=True),
        _ref("document_id", "document", optional=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("spared", sa.Boolean(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_thinning_item_thinning_id", "thinning_item", ["thinning_id"])
    op.create_index("ix_thinning_item_document_id", "thinning_item", ["document_id"])
    op.create_table(
        "archive",
        sa.Column("id", sa.Uuid(), nullable=False),
        _ref("municipality_id", "municipality", optional=True),
        _ref("provider_id", "provider", optional=True),
        _ref("person_id", "person", optional=True),
        _ref("case_id", "case_file", optional=True),
        _ref("ordered_by", "person"),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("object_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("municipality_id", "provider_id", "person_id", "case_id"):
        op.create_index(f"ix_archive_{column}", "archive", [column])


def _ref(name: str, table: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=optional)
