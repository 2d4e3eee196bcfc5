"""Those of whom a published version of conditions asked nothing new, and who still stand under an older one.

Only who was looked at when the version was published, and of each set only its newest version that all were looked at
for.  ``COUNTED`` tells how many there are of each set, ``UNASKED`` who they are.
"""

import sqlalchemy as sa

_FOUND = """
  FROM (SELECT DISTINCT ON (v.service_id) v.id, v.number, v.service_id, r.id AS run_id
          FROM effect_run r JOIN condition_version v ON v.id = r.version_id
         WHERE r.municipality_id = :m AND r.finished_at IS NOT NULL
         ORDER BY v.service_id, v.number DESC) v
  JOIN effect_result e ON e.run_id = v.run_id AND e.authorised
  JOIN provider_authorization z ON z.case_id = e.application_id AND z.municipality_id = :m AND z.state = ANY(:living)
  JOIN condition_version stands
    ON stands.id = CASE WHEN v.service_id IS NULL THEN z.general_version_id ELSE z.service_version_id END
 WHERE stands.number < v.number
   AND NOT EXISTS (SELECT FROM confirmation c WHERE c.case_id = z.case_id AND c.version_id = v.id)"""

COUNTED = sa.text(f"""
SELECT v.id, v.number, s.slug, s.name_sv, s.name_en, n.many
  FROM (SELECT v.id, count(*) AS many {_FOUND} GROUP BY v.id) n
  JOIN condition_version v ON v.id = n.id LEFT JOIN service s ON s.id = v.service_id ORDER BY s.name_sv NULLS FIRST
""")  # noqa: S608 - constants only

UNASKED = sa.text(f"SELECT z.case_id {_FOUND} AND v.id = :version ORDER BY z.case_id LIMIT :most")
