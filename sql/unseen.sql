-- Officials SELECT nothing that says something of a person, or that a person wrote: what they
-- need of it they read through functions that record it.  And who is restricted is seen, cases
-- and all, by who must act.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
\pset format unaligned
\pset tuples_only on

\echo == each column of a person that an official may SELECT is one that was decided on
SELECT r.rolname, k.table_name, k.column_name
FROM licence_home_internal.person_columns() AS k
CROSS JOIN pg_roles AS r
WHERE r.rolname = ANY (string_to_array(licence_home_internal.role_list('officials'), ', '))
  AND has_column_privilege(r.oid, ('licence_home.' || k.table_name)::regclass, k.column_name, 'SELECT')
  AND NOT EXISTS (SELECT FROM licence_home_internal.columns_shown() AS s
      WHERE (s.table_name, s.column_name) = (k.table_name, k.column_name)
        AND r.rolname = ANY (string_to_array(licence_home_internal.role_list(s.roles), ', ')))
ORDER BY 1, 2, 3;
-- and no decision is about nothing
SELECT s.* FROM licence_home_internal.columns_shown() AS s
WHERE NOT EXISTS (SELECT FROM licence_home_internal.person_columns() AS k WHERE (k.table_name, k.column_name) = (s.table_name, s.column_name));
-- nor does a view give them, in any schema of the extension
SELECT DISTINCT v.oid::regclass, a.attname, r.rolname
FROM pg_rewrite AS w
JOIN pg_class AS v ON v.oid = w.ev_class AND v.relnamespace = 'licence_home'::regnamespace
JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
JOIN licence_home_internal.person_columns() AS k ON ('licence_home.' || k.table_name)::regclass = a.attrelid AND k.column_name = a.attname
CROSS JOIN pg_roles AS r
WHERE r.rolname = ANY (string_to_array(licence_home_internal.role_list('officials'), ', '))
  AND has_any_column_privilege(r.oid, v.oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM licence_home_internal.columns_shown() AS s
      WHERE (s.table_name, s.column_name) = (k.table_name, k.column_name)
        AND r.rolname = ANY (string_to_array(licence_home_internal.role_list(s.roles), ', ')))
ORDER BY 1, 2, 3;
-- a column that is new and of a person is in one of both lists: an update calls hide_columns()
BEGIN;
SET LOCAL session_replication_role = replica;
GRANT SELECT (parcel) ON licence_home.application TO licence_home_clerk, licence_home_analyst;
CALL licence_home_internal.hide_columns();
SELECT r, has_column_privilege(r, 'licence_home.application', 'parcel', 'SELECT'), has_column_privilege(r, 'licence_home.application', 'state', 'SELECT')
FROM unnest('{licence_home_clerk,licence_home_analyst}'::text[]) AS r;
ROLLBACK;

\echo == read as each role: nothing of it, and the rest of the row
SELECT story.new_case_in('issued') AS no \gset
CALL story.act('clerk', :'no', 'SELECT licence_home.add_note($1, ''she called'')');
SELECT w.who, string_agg(q.what, ' ' ORDER BY q.n) FILTER (WHERE (a).code = '42501') AS refused, string_agg(q.what, ' ' ORDER BY q.n) FILTER (WHERE (a).code = '00000') AS read
FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,sender}'::text[]) AS w (who)
CROSS JOIN unnest(ARRAY['address', 'home', 'parcel', 'notes', 'findings', 'documents', 'conditions', 'remarks', 'cases', 'whole row', 'by address', 'sorted by parcel', 'returned'],
    ARRAY['SELECT address FROM licence_home.application WHERE application_no = $1', 'SELECT ST_AsText(home) FROM licence_home.application WHERE application_no = $1',
        'SELECT parcel FROM licence_home.application WHERE application_no = $1', 'SELECT note, changes FROM licence_home.application_event WHERE application_no = $1',
        'SELECT findings FROM licence_home.inspection WHERE application_no = $1', 'SELECT reference_no, attachment_locator FROM licence_home.document WHERE application_no = $1',
        'SELECT conditions FROM licence_home.decision WHERE application_no = $1', 'SELECT note FROM licence_home.case_note WHERE application_no = $1',
        'SELECT application_no, state FROM licence_home.application WHERE application_no = $1', 'SELECT a FROM licence_home.application AS a WHERE application_no = $1',
        'SELECT application_no FROM licence_home.application WHERE address LIKE ''%'' AND application_no = $1', 'SELECT application_no FROM licence_home.application ORDER BY parcel',
        'UPDATE licence_home.application SET step_note = NULL WHERE application_no = $1 RETURNING address']) WITH ORDINALITY AS q (what, query, n)
CROSS JOIN LATERAL story.attempt(w.who, :'no', q.query) AS a
GROUP BY w.who ORDER BY w.who;

\echo == where the home is, and what was written: recorded
CREATE TEMP TABLE known AS SELECT coalesce(max(read_no), 0) AS read_no FROM licence_home.read_record;
SELECT w.who, f.name, (a).code, (a).rows > 0 AS rows
FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,portal}'::text[]) AS w (who)
CROSS JOIN unnest('{case_place,case_texts,event_notes}'::text[]) WITH ORDINALITY AS f (name, n)
CROSS JOIN LATERAL story.attempt(w.who, :'no', format('SELECT * FROM licence_home.%I($1, ''a call'')', f.name)) AS a ORDER BY f.n, w.who;
SELECT w.who, (a).code, (a).rows > 0 AS rows
FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,portal}'::text[]) AS w (who)
CROSS JOIN LATERAL story.attempt(w.who, NULL, 'SELECT * FROM licence_home.homes_within(ST_MakeEnvelope(35, 31, 37, 33, 4326), 5)') AS a ORDER BY w.who;
BEGIN;
SELECT story.become('clerk', :'no');
SELECT ST_SRID(home), address IS NOT NULL OR parcel IS NOT NULL AS placed FROM licence_home.case_place(:'no', 'a visit');
SELECT table_name, column_name, count(*) FROM licence_home.case_texts(:'no', 'a visit') GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) <= 2 AS few FROM licence_home.homes_within(ST_MakeEnvelope(35, 31, 37, 33, 4326), 2, 'the map');
SELECT count(*) FROM licence_home.homes_within(ST_MakeEnvelope(1, 1, 2, 2, 4326));
SELECT count(*) FROM licence_home.case_place(NULL);
SELECT story.become();
COMMIT;
SELECT r.function, r.role, cardinality(r.applicant_ids) > 0 AS persons, r.application_no IS NOT NULL AS of_case, r.why, cardinality(r.columns) > 0 AS columns
FROM licence_home.read_record AS r WHERE r.read_no > (SELECT k.read_no FROM known AS k) AND r.why IN ('a visit', 'the map') ORDER BY r.read_no;
\set VERBOSITY terse
SET SESSION AUTHORIZATION regress_clerk;
SELECT count(*) FROM licence_home.homes_within('SRID=3066;POLYGON((0 0,1 0,1 1,0 0))');
SELECT count(*) FROM licence_home.homes_within('POINT(35.9 31.9)');
SELECT count(*) FROM licence_home.case_place(licence_home.application_no_make(2026, 99999999));
SELECT count(*) FROM licence_home.case_texts(licence_home.application_no_make(2026, 99999999));
RESET SESSION AUTHORIZATION;
\set VERBOSITY default

\echo == what a cashier sees of it: what was written of money
SELECT max(invoice_no) AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
SELECT story.pay(:'no', 1, 'unseen overpaid') \g /dev/null
CALL story.act('cashier', :'no', format('SELECT licence_home.refund_payment(%s, 1, ''unseen 1'', ''counter'', ''paid twice'')', :bill));
BEGIN;
SELECT story.become('cashier', :'no');
SELECT table_name, column_name FROM licence_home.case_texts(:'no') ORDER BY 1, 2;
SELECT story.become();
ROLLBACK;

\echo == what a message went through, where a gateway may repeat a telephone
SELECT max(message_id) AS message FROM licence_home.sms_message_text WHERE application_no = :'no' \gset
SELECT w.who, (t).code AS trail, (v).code AS by_view, (r).code AS answer
FROM unnest('{clerk,inspector,admin,sender,portal}'::text[]) AS w (who)
CROSS JOIN LATERAL story.attempt(w.who, NULL, format('SELECT * FROM licence_home.message_trail(%s)', :message)) AS t
CROSS JOIN LATERAL story.attempt(w.who, NULL, format('SELECT * FROM licence_home.sms_trail WHERE message_id = %s', :message)) AS v
CROSS JOIN LATERAL story.attempt(w.who, NULL, format('SELECT answer FROM licence_home.sms_attempt WHERE message_id = %s', :message)) AS r
ORDER BY w.who;

\echo == a restricted person: the cases are seen by who must act alone, in every list
SELECT story.new_case_in('submitted') AS theirs \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'theirs' \gset
CREATE FUNCTION pg_temp.sees(who text, no licence_home.application_no, person bigint) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(q.what, ' ' ORDER BY q.n) FILTER (WHERE (a).rows > 0)
    FROM unnest(ARRAY['case', 'inbox', 'my_inbox', 'named', 'card', 'place', 'texts', 'person', 'found', 'next', 'documents', 'report'],
        ARRAY['SELECT FROM licence_home.application WHERE application_no = $1', 'SELECT FROM licence_home.inbox WHERE application_no = $1',
            'SELECT FROM licence_home.my_inbox WHERE application_no = $1', 'SELECT FROM licence_home.my_inbox_named(10000) AS n WHERE n.application_no = $1',
            'SELECT licence_home.case_card($1)', 'SELECT * FROM licence_home.case_place($1)', 'SELECT * FROM licence_home.case_texts($1)',
            'SELECT * FROM licence_home.person_of($1)', 'SELECT FROM licence_home.find_cases($1::text) AS f WHERE f.application_no = $1',
            'SELECT * FROM licence_home.next_actions($1)', 'SELECT * FROM licence_home.required_documents($1)',
            'SELECT FROM licence_home.case_report WHERE application_no = $1']) WITH ORDINALITY AS q (what, query, n)
    CROSS JOIN LATERAL story.attempt(sees.who, sees.no, q.query) AS a $$;
SELECT w.who, pg_temp.sees(w.who, :'theirs', :person) FROM unnest('{clerk,inspector,committee,director,cashier}'::text[]) AS w (who);
SELECT licence_home.restrict_person(:person, 'a threat');
SELECT w.who, pg_temp.sees(w.who, :'theirs', :person) FROM unnest('{clerk,inspector,committee,director,cashier}'::text[]) AS w (who);
-- who must act goes on with it
CALL story.review_documents(:'theirs');
BEGIN;
SELECT story.become('clerk');
SELECT licence_home.perform(:'theirs', 'close', reason => 'duplicate') IS NOT NULL AS taken;
ROLLBACK;
-- somebody else's step says that there is no such case
SELECT (story.attempt('cashier', :'theirs', 'SELECT licence_home.perform($1, ''pay'')')).code AS cashier,
    (story.attempt('director', :'theirs', 'SELECT licence_home.eligibility($1)')).code AS director;
-- the case is still in the figures, which name nobody
SELECT count(*) FROM licence_home.caseload_assessment() AS c WHERE c.application_no = :'theirs';
-- whom a case in hand makes an actor, and a district that is not theirs does not
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, districts, valid, source, certainty) VALUES
    ('U-1', 'م', 'M', 'regress_clerk', '{clerk}', '{99}', '[2026-01-01,)', 'test', 'unknown');
SELECT licence_home_internal.restricted_persons('{clerk}', '{99}', 'U-1', 0) @> ARRAY[:person::bigint] AS elsewhere_hidden,
    licence_home_internal.restricted_persons('{clerk}', NULL, NULL, 0) @> ARRAY[:person::bigint] AS everywhere_hidden,
    licence_home_internal.restricted_persons('{cashier}', NULL, NULL, 0) @> ARRAY[:person::bigint] AS cashier_hidden,
    licence_home_internal.restricted_persons('{cashier}', NULL, NULL, :person) @> ARRAY[:person::bigint] AS served_hidden;
ROLLBACK;
-- the inbox keeps its index, in its order
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET SESSION AUTHORIZATION regress_clerk;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SELECT bool_or(p ~ 'Index Scan using application_waiting') AS waiting, bool_or(p ~ 'Index Cond: .*waits_for') AS by_role
FROM pg_temp.plan('SELECT application_no FROM licence_home.my_inbox ORDER BY due_at LIMIT 10') AS p;
SELECT bool_or(p ~ 'Index Scan using application_pkey') AS by_number FROM pg_temp.plan(format('UPDATE licence_home.application SET state = ''x'' WHERE application_no = %L', :'no')) AS p;
RESET SESSION AUTHORIZATION;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT licence_home.unrestrict_person(:person, 'over');
SELECT pg_temp.sees('director', :'theirs', :person);
