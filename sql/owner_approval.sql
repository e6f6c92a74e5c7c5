-- An owner withdraws the approval from an account of their own; the tenant is heard
-- first.  Each by a login of a person's own.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
SET licence_home.language = 'en';
SET client_min_messages = warning;
DROP ROLE IF EXISTS owner_huda, owner_sanad;
RESET client_min_messages;
CREATE ROLE owner_huda LOGIN IN ROLE licence_home_clerk;
CREATE ROLE owner_sanad LOGIN IN ROLE licence_home_portal;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('W-1', 'هدى', 'Huda', 'owner_huda', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
GRANT USAGE ON SCHEMA story TO PUBLIC;
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement USING no;
    RETURN NEXT 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN QUERY SELECT regexp_replace(regexp_replace(l, '[AL]\d{4}-\d+-\d', '{no}'), 'withdrawal \d+', 'withdrawal N')
    FROM unnest(ARRAY[SQLSTATE || ' ' || SQLERRM, '    ' || nullif(detail, '')]) AS l WHERE l IS NOT NULL;
END $$;

-- a tenant's case, submitted, and the owner's account
SELECT story.new_case() AS no \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET tenant = true WHERE application_no = $1',
    $$INSERT INTO licence_home.document (application_no, document_type, reference_no, attachment_locator) VALUES ($1, 'owner_approval', 'approval 7', 's3://approval')$$,
    $$SELECT licence_home.perform($1, 'submit')$$);
SELECT story.new_case_in('submitted') AS own_home \gset
SELECT applicant_id AS tenant FROM licence_home.application WHERE application_no = :'no' \gset
SET SESSION AUTHORIZATION owner_sanad;
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9160000001', 'المالك', '0797777777') RETURNING applicant_id AS owner \gset
COMMIT;

\echo == the owner withdraws, and sees nothing of the case
SELECT pg_temp.said(:'no', 'SELECT licence_home.withdraw_owner_approval($1, ''deed 3'', ''sold'')') AS for_nobody;
BEGIN;
SELECT licence_home.act_for(:'owner');
SELECT pg_temp.said(:'no', format('SELECT licence_home.withdraw_owner_approval($1, %L, %L)', p, r)) FROM (VALUES (1, NULL, 'sold'), (2, 'deed 3', ' ')) AS v (n, p, r) ORDER BY n;
SELECT pg_temp.said(:'own_home', 'SELECT licence_home.withdraw_owner_approval($1, ''deed 3'', ''sold'')') AS no_tenants;
SELECT pg_temp.said('A2026-00000001-6', 'SELECT licence_home.withdraw_owner_approval(NULL, ''deed 3'', ''sold'')') AS no_case;
SELECT licence_home.withdraw_owner_approval(:'no', 'deed 3', 'the home is sold') AS number \gset
SELECT pg_temp.said(:'no', 'SELECT licence_home.withdraw_owner_approval($1, ''deed 3'', ''sold'')') AS once_more;
SELECT count(*) AS cases FROM licence_home.application;
SELECT reason, outcome FROM licence_home.owner_withdrawal;
SELECT pg_temp.said(NULL, format('SELECT licence_home.answer_owner(%s, ''x'')', :number)) AS as_the_tenant;
COMMIT;
BEGIN;
SELECT licence_home.act_for(:'tenant');
SELECT pg_temp.said(:'no', 'SELECT licence_home.withdraw_owner_approval($1, ''deed 3'', ''sold'')') AS of_oneself;
SELECT reason, outcome FROM licence_home.owner_withdrawal;
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT template, story.masked(:'no', body) AS body FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;

\echo == the tenant is heard first; until then the approval counts
SET SESSION AUTHORIZATION owner_huda;
SELECT heard_until FROM licence_home.owner_withdrawals_open;
SELECT column_name, value FROM licence_home.case_texts(:'no', 'to decide') WHERE table_name = 'owner_withdrawal';
SELECT pg_temp.said(NULL, format('SELECT licence_home.decide_owner_withdrawal(%s, ''withdrawn'', ''shown'')', :number)) AS before;
SELECT pg_temp.said(NULL, format('SELECT licence_home.decide_owner_withdrawal(%s, %L, %L)', :number, o, n)) FROM (VALUES ('perhaps', 'x'), ('stands', NULL)) AS v (o, n);
RESET SESSION AUTHORIZATION;
CALL story.message_is('accepted', :'no');
SELECT hearing_days FROM licence_home.licence_rule WHERE withdrawn_at IS NULL AND valid @> date '2026-03-01' \gset
SET SESSION AUTHORIZATION owner_huda;
SELECT heard_until = date '2026-03-01' + :hearing_days AS days_of_the_rule FROM licence_home.owner_withdrawals_open;
SELECT pg_temp.said(NULL, format('SELECT licence_home.decide_owner_withdrawal(%s, ''withdrawn'', ''shown'')', :number)) AS within_the_days;
RESET SESSION AUTHORIZATION;
SELECT document_type, lacking FROM licence_home_internal.case_documents(:'no') WHERE document_type = 'owner_approval';
SET SESSION AUTHORIZATION owner_sanad;
BEGIN;
SELECT licence_home.act_for(:'tenant');
SELECT pg_temp.said(NULL, format('SELECT licence_home.answer_owner(%s, NULL)', :number)) AS nothing;
SELECT licence_home.answer_owner(:number, 'the lease runs until 2028');
COMMIT;

\echo == a clerk decides; the tenant may supply another approval
SET SESSION AUTHORIZATION owner_huda;
SELECT answered_at IS NOT NULL AS answered FROM licence_home.owner_withdrawals_open;
SELECT column_name, value FROM licence_home.case_texts(:'no', 'to decide') WHERE table_name = 'owner_withdrawal';
SELECT licence_home.decide_owner_withdrawal(:number, 'withdrawn', 'the deed names the owner');
SELECT pg_temp.said(NULL, format('SELECT licence_home.decide_owner_withdrawal(%s, ''stands'', ''x'')', :number)) AS once_more;
SELECT count(*) AS open FROM licence_home.owner_withdrawals_open;
RESET SESSION AUTHORIZATION;
SELECT document_type, lacking FROM licence_home_internal.case_documents(:'no') WHERE document_type = 'owner_approval';
SELECT reference_no, review, regexp_replace(recorded_by, '^applicant \d+', 'applicant N') AS recorded_by, recorded_role FROM licence_home.document WHERE application_no = :'no' AND document_type = 'owner_approval' ORDER BY document_id;
SELECT template, story.masked(:'no', body) AS body FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
CALL story.act('clerk', :'no', 'UPDATE licence_home.document SET review = ''accepted'' WHERE application_no = $1 AND document_type <> ''owner_approval''');
SELECT story.take('clerk', :'no', 'refer_to_committee');
SELECT (story.attempt(who, NULL, 'SELECT licence_home.decide_owner_withdrawal(1, ''stands'', ''x'')')).code, who FROM unnest('{inspector,director,portal,nobody}'::text[]) AS who;

\echo == one that stands, once the days of the hearing are over
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case() AS two \gset
CALL story.act('portal', :'two', 'UPDATE licence_home.application SET tenant = true WHERE application_no = $1',
    $$INSERT INTO licence_home.document (application_no, document_type, reference_no, attachment_locator) VALUES ($1, 'owner_approval', 'approval 8', 's3://approval')$$,
    $$SELECT licence_home.perform($1, 'submit')$$);
SET SESSION AUTHORIZATION owner_sanad;
BEGIN;
SELECT licence_home.act_for(:'owner');
SELECT licence_home.withdraw_owner_approval(:'two', 'deed 3', 'a quarrel') AS second \gset
COMMIT;
RESET SESSION AUTHORIZATION;
CALL story.message_is('accepted', :'two');
SELECT set_config('licence_home.clock', (date '2026-03-02' + :hearing_days)::text || ' 10:00+03', false) <> '' AS the_days_are_over;
SET SESSION AUTHORIZATION owner_huda;
SELECT licence_home.decide_owner_withdrawal(:second, 'stands', 'the lease binds the owner');
RESET SESSION AUTHORIZATION;
SELECT document_type, lacking FROM licence_home_internal.case_documents(:'two') WHERE document_type = 'owner_approval';
SELECT template, story.masked(:'two', body) AS body FROM licence_home.sms_message WHERE application_no = :'two' ORDER BY message_id DESC LIMIT 1;
SET SESSION AUTHORIZATION owner_sanad;
BEGIN;
SELECT licence_home.act_for(:'owner');
SELECT pg_temp.said(:'two', 'SELECT licence_home.withdraw_owner_approval($1, ''deed 3'', ''again'')') AS decided_before;
ROLLBACK;
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == a licence stays as it is, and is listed
SELECT story.new_case_in('fee_due') AS three \gset
SELECT story.pay(:'three') AS state;
SET session_replication_role = replica;
UPDATE licence_home.application SET tenant = true WHERE application_no = :'three';
INSERT INTO licence_home.document (application_no, document_type, reference_no, review) VALUES (:'three', 'owner_approval', 'approval 9', 'accepted');
RESET session_replication_role;
SET SESSION AUTHORIZATION owner_sanad;
BEGIN;
SELECT licence_home.act_for(:'owner');
SELECT licence_home.withdraw_owner_approval(:'three', 'deed 3', 'the home is sold') AS third \gset
COMMIT;
RESET SESSION AUTHORIZATION;
CALL story.message_is('accepted', :'three');
SELECT set_config('licence_home.clock', (date '2026-03-02' + :hearing_days)::text || ' 10:00+03', false) <> '' AS the_days_are_over;
SET SESSION AUTHORIZATION owner_huda;
SELECT licence_home.decide_owner_withdrawal(:third, 'withdrawn', 'the deed names the owner');
SELECT application_no = :'three' AS that_case, licence_no IS NOT NULL AS licence FROM licence_home.approvals_withdrawn;
RESET SESSION AUTHORIZATION;
SELECT state FROM licence_home.application WHERE application_no = :'three';
SELECT count(*) FROM licence_home.document WHERE application_no = :'three' AND document_type = 'owner_approval';
SET session_replication_role = replica;
UPDATE licence_home.application SET tenant = false WHERE application_no = :'three';
RESET session_replication_role;
SELECT * FROM licence_home.verify_restore();
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT licence_home.end_official(official) IS NOT NULL AS ended FROM licence_home.official WHERE official = 'W-1' AND withdrawn_at IS NULL;
SET client_min_messages = warning;
DROP ROLE owner_huda;
DROP ROLE owner_sanad;
