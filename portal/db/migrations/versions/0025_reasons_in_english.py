"""The English of a judgement's reason, where it is a phrase of the municipality's or the portal's own sentence.

Additive: an empty text is one that is in Swedish alone.  What is thinned out of the reason is thinned out here too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FUNCTION = """
-- The one way in which what was written is blanked.  Refused for what nobody has approved.
CREATE OR REPLACE FUNCTION thin(item uuid, moment timestamptz) RETURNS void
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
        UPDATE judgement SET reason = '', reason_en = '' WHERE application_id = it.case_id;
        UPDATE former_judgement SET reason = '', reason_en = '' WHERE application_id = it.case_id;
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
"""


def upgrade() -> None:
    for table in ("judgement", "former_judgement"):
        op.add_column(table, sa.Column("reason_en", sa.String(), nullable=False, server_default=""))
        op.alter_column(table, "reason_en", server_default=None)
    op.execute("GRANT UPDATE (reason_en) ON judgement TO kundval_app")
    op.get_bind().exec_driver_sql(FUNCTION)
