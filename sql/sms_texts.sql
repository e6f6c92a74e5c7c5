-- The messages of the card, as a case that has everything would fill them.
BEGIN;
SET LOCAL session_replication_role = replica;    -- evidence of every step at once
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SET LOCAL datestyle = ISO;
INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone) OVERRIDING SYSTEM VALUE
VALUES (1, 'citizen', '9871234567', 'س', '0791234567');
INSERT INTO licence_home.application (application_no, applicant_id, profession, state, edition, judged_on, due_at,
    closure_reason)
SELECT licence_home.application_no_make(2026, 12345), 1, 'home_baking', 'submitted', e.edition, '2026-03-01', '2026-03-15 22:00+03',
    'duplicate'
FROM licence_home.edition AS e WHERE e.valid @> date '2026-03-01' AND e.withdrawn_at IS NULL;
INSERT INTO licence_home.case_deadline (application_no, case_event, entered_event, state, cause, began_on, working_days,
    date_named, to_be_told, known_at)
SELECT application_no, 1, 1, state, 'state', '2026-03-01', 10, '2026-03-15', true, '2026-03-01 10:00+03'
FROM licence_home.application WHERE applicant_id = 1;
CREATE TEMP TABLE c AS SELECT application_no AS no FROM licence_home.application WHERE applicant_id = 1;
INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts, unwanted_at, unwanted_why, created_at)
SELECT no, 1, 1, 'documents_deficient', 'ar', '0791234567', 'x', 1, '2026-03-01 10:00+03', 'its step was taken back', '2026-02-27 23:30+03' FROM c;
INSERT INTO licence_home.document (application_no, document_type, review, recorded_by, at_event)
SELECT no, d, r, 'x', 1 FROM c, (VALUES ('title_deed', 'missing'), ('title_deed', 'incorrect'), ('occupancy_permit', 'missing'),
    ('construction_licence', 'accepted')) v (d, r);
INSERT INTO licence_home.application_finding (application_no, field, recorded_by, at_event)
SELECT no, 'parcel', 'x', 1 FROM c;
INSERT INTO licence_home.inspection (inspection_id, application_no, scheduled_for, outcome, recorded_by, at_event) OVERRIDING SYSTEM VALUE
SELECT i, no, t, o, 'x', 1 FROM c, (VALUES (1, timestamptz '2026-03-03 10:30+03', 'failed'), (2, '2026-03-10 09:05+03', 'pending')) v (i, t, o);
INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling, recorded_by)
VALUES (1, 'nuisance', 'not_met', 'x'), (1, 'utilities', 'not_met', 'x'), (1, 'utilities', 'met', 'x'), (1, 'enclosed_rooms', 'not_met', 'x');
INSERT INTO licence_home.decision (application_no, outcome, reason, recorded_by, at_event)
SELECT no, 'refused', (SELECT min(r.reason) FROM licence_home.reason r WHERE r.purpose = 'refusal'), 'x', 1 FROM c;
INSERT INTO licence_home.approval_requirement (application_no, authority, recorded_by)
SELECT no, a.authority, 'x' FROM c, unnest('{jfda,social_development}'::text[]) AS a (authority) ORDER BY a.authority;
INSERT INTO licence_home.external_approval (application_no, authority, answer, review, recorded_by, at_event)
SELECT no, r.authority, 'refused', CASE r.authority WHEN 'social_development' THEN 'accepted' ELSE 'incorrect' END, 'x', 1 FROM c, licence_home.approval_requirement r WHERE r.application_no = c.no ORDER BY r.authority;
INSERT INTO licence_home.invoice (invoice_no, application_no, amount, priced_on, area_m2) OVERRIDING SYSTEM VALUE
SELECT 10000099, no, 25.5, '2026-03-01', 12 FROM c;
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    SELECT licence_home.licence_no_make(2026, 77), no, '[2026-03-01,2027-03-01)'::daterange FROM c
), l AS (
    INSERT INTO licence_home.licence (licence_no, application_no) SELECT licence_no, application_no FROM g
), t AS (
    INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    SELECT licence_no, 1, lower(days), upper(days), lower(days), m, m, application_no, 1
    FROM g, extract(year FROM age(upper(days), lower(days))) AS y, extract(month FROM age(upper(days), lower(days))) AS n,
        LATERAL (SELECT (12 * y + n)::integer AS m) AS k
), v AS (
    INSERT INTO licence_home.licence_version (licence_no, version_no, applicant_id, profession, district, judged_on, application_no, case_event)
    SELECT g.licence_no, 1, a.applicant_id, a.profession, a.district, coalesce(a.judged_on, lower(g.days)), application_no, 1
    FROM g JOIN licence_home.application AS a USING (application_no)
)
INSERT INTO licence_home.licence_standing (licence_no, standing_no, standing, application_no, case_event)
SELECT licence_no, 1, 'in_force', application_no, 1 FROM g;
INSERT INTO licence_home.licence_copy (licence_no, copy_no, version_no, term_no, application_no, case_event)
SELECT licence_home.licence_no_make(2026, 77), 2, 1, 1, no, 1 FROM c;
SET LOCAL session_replication_role = origin;

-- In Arabic, the applicant's language, and in English.
SELECT t.template, licence_home.preview_sms(no, t.template) AS text
FROM c, licence_home.sms_template AS t WHERE t.language = 'ar' AND t.template !~ '^(payment|refund|renewal)_' ORDER BY t.sms_template_id;
UPDATE licence_home.applicant SET language = 'en' WHERE applicant_id = 1;
SELECT t.template, licence_home.preview_sms(no, t.template) AS text
FROM c, licence_home.sms_template AS t WHERE t.language = 'en' AND t.template !~ '^(payment|refund|renewal)_' ORDER BY t.sms_template_id;

-- The language can be named, whatever the applicant's; what is no language has no text.
SELECT licence_home.preview_sms(no, 'fees_due', 'ar') = licence_home.preview_sms(no, 'fees_due') AS same,
    licence_home.preview_sms(no, 'fees_due', 'en') = licence_home.preview_sms(no, 'fees_due') AS applicants
FROM c;
SELECT licence_home.preview_sms(no, 'decision_refused', 'ar') FROM c;
SAVEPOINT s;
SELECT licence_home.preview_sms(no, 'fees_due', 'fr') FROM c;
ROLLBACK TO s;
SELECT licence_home.preview_sms(NULL, 'fees_due') IS NULL AS nothing;
-- And it can be seen in parts.
SELECT p.* FROM c, licence_home.sms_split(licence_home.preview_sms(no, 'fees_due', 'ar')) AS p;

-- A list too long for its message is shortened.
SET LOCAL session_replication_role = replica;
INSERT INTO licence_home.document (application_no, document_type, review, recorded_by, at_event)
SELECT no, d.document_type, 'missing', 'x', 2 FROM c, (SELECT DISTINCT document_type FROM licence_home.document_type) d;
INSERT INTO licence_home.application_finding (application_no, field, recorded_by, at_event)
SELECT no, f.field, 'x', 2 FROM c, (SELECT DISTINCT field FROM licence_home.application_field) f;
UPDATE licence_home.applicant SET language = 'ar' WHERE applicant_id = 1;
SELECT licence_home.sms_parts(t) AS parts, pg_catalog.right(t, 60) AS ending
FROM c, licence_home.preview_sms(no, 'documents_deficient') AS t;

-- What cannot be filled, is unknown or does not fit is refused.
SAVEPOINT s;
UPDATE licence_home.invoice SET amount = 12345.6;
SELECT licence_home.preview_sms(no, 'fees_due') FROM c;
ROLLBACK TO s;
DELETE FROM licence_home.invoice;
SELECT licence_home.preview_sms(no, 'fees_due') FROM c;
ROLLBACK TO s;
SELECT licence_home.preview_sms(no, 'no_such_template') FROM c;
ROLLBACK TO s;
UPDATE licence_home.sms_template SET body = 'a {nonsense}' WHERE template = 'fees_due';
SELECT licence_home.preview_sms(no, 'fees_due') FROM c;
ROLLBACK TO s;
UPDATE licence_home.sms_template SET body = pg_catalog.repeat('ع', 200) WHERE template = 'fees_due';
SELECT licence_home.preview_sms(no, 'fees_due') FROM c;
ROLLBACK TO s;
SELECT licence_home.preview_sms(licence_home.application_no_make(2026, 999), 'fees_due');
ROLLBACK TO s;

-- Why: what a draft has nothing for, and a thing whose name is not in force.
CREATE FUNCTION pg_temp.why(no licence_home.application_no, template text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    RETURN licence_home.preview_sms(no, template, 'en');
EXCEPTION WHEN SQLSTATE 'LH015' THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLERRM || E'\n' || detail;
END $$;
INSERT INTO licence_home.application (application_no, applicant_id, profession, state)
VALUES (licence_home.application_no_make(2026, 12346), 1, 'home_baking', 'draft');
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.why(licence_home.application_no_make(2026, 12346), template)
FROM licence_home.sms_template WHERE language = 'en' AND template !~ '^(payment|refund|renewal)_' ORDER BY sms_template_id;
UPDATE licence_home.reason SET withdrawn_at = licence_home.now();
UPDATE licence_home.authority SET withdrawn_at = licence_home.now();
SELECT pg_temp.why(no, template) FROM c, unnest('{decision_refused,external_approval_required}'::text[]) AS template;
ROLLBACK;
