-- What citizens have in hand: what is next, how long it takes, what to know before
-- applying, and which profession a word means.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset footer off
CREATE TEMP TABLE cases AS SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' AND s.version = 1;
GRANT SELECT ON cases TO PUBLIC;
CREATE FUNCTION pg_temp.next(who text, no licence_home.application_no) RETURNS TABLE (whose text, thing text, until date, amount numeric, said text)
    LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS said (n serial, whose text, thing text, until date, amount numeric, text_en text, text_ar text);
    GRANT ALL ON said TO PUBLIC;
    GRANT ALL ON said_n_seq TO PUBLIC;
    DELETE FROM said;
    PERFORM story.become(who, no);
    INSERT INTO said (whose, thing, until, amount, text_en, text_ar) SELECT n.whose, n.thing, n.until, n.amount, n.text_en, n.text_ar FROM licence_home.my_next(no) AS n;
    PERFORM story.become();
    RETURN QUERY SELECT s.whose, s.thing, s.until, s.amount, story.masked(no, s.text_en || ' ' || s.text_ar) FROM said AS s ORDER BY s.n;
END $$;

\echo == in every state, to the applicant
SET client_min_messages = warning;
SELECT c.state, n.whose, n.thing, n.until, n.amount, n.said
FROM cases AS c CROSS JOIN LATERAL pg_temp.next('portal', c.no) WITH ORDINALITY AS n (whose, thing, until, amount, said, turn)
ORDER BY c.state COLLATE "C", n.turn;
RESET client_min_messages;
\echo == what was found wrong, until it is put right
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field, note) VALUES ($1, 'parcel', 'قطعة أخرى')$$);
CALL story.step('clerk', :'no', 'return_documents');
SELECT thing, said FROM pg_temp.next('portal', :'no');
CALL story.act('portal', :'no', $$UPDATE licence_home.application SET parcel = '99999' WHERE application_no = $1$$);
SELECT thing, said FROM pg_temp.next('portal', :'no');
\echo == a bill paid in part
SELECT story.pay(no, 15) FROM cases WHERE state = 'fee_due';
SELECT n.thing, n.amount, n.said FROM cases AS c CROSS JOIN LATERAL pg_temp.next('portal', c.no) AS n WHERE c.state = 'fee_due';
\echo == what should have been done by now
SET licence_home.clock = '2026-04-01 10:00+03';
SELECT n.said FROM cases AS c CROSS JOIN LATERAL pg_temp.next('portal', c.no) AS n WHERE c.state = 'submitted';
SET licence_home.clock = '2026-03-01 10:00+03';
\echo == for the applicant of the case and for who sees cases
SELECT w.who, (story.attempt(w.who, c.no, 'SELECT * FROM licence_home.my_next($1)')).code
FROM cases AS c CROSS JOIN unnest('{portal,clerk,inspector,director,cashier,analyst,nobody}'::text[]) AS w (who) WHERE c.state = 'submitted' ORDER BY w.who;
SELECT story.become('portal', (SELECT no FROM cases WHERE state = 'draft')) \g /dev/null
SELECT (story.attempt('clerk', NULL, 'SELECT * FROM licence_home.my_next(licence_home.application_no_make(2026, 99999999))')).code;

\echo == how long it takes: nothing is told of few cases
CALL licence_home.count_expected_days();
UPDATE licence_home.expected_days SET cases = 19 WHERE state = 'submitted' AND cases >= 20;     -- of the tests before
SELECT DISTINCT n.half_days, n.most_days FROM cases AS c CROSS JOIN LATERAL licence_home.my_next(c.no) AS n WHERE c.state = 'submitted';
INSERT INTO licence_home.expected_days (workflow, state, cases, half_days, most_days) VALUES ('first_issue', 'submitted', 20, 12, 30)
    ON CONFLICT (workflow, state) DO UPDATE SET cases = 20, half_days = 12, most_days = 30;
SELECT c.state, n.half_days, n.most_days FROM cases AS c CROSS JOIN LATERAL licence_home.my_next(c.no) AS n WHERE c.state IN ('submitted', 'draft') ORDER BY 1;
SET licence_home.clock = '2026-03-21 10:00+03';
SELECT c.state, n.half_days, n.most_days FROM cases AS c CROSS JOIN LATERAL licence_home.my_next(c.no) AS n WHERE c.state IN ('submitted', 'draft') ORDER BY 1;
SET licence_home.clock = '2026-03-01 10:00+03';
-- ... as the licences of the last year tell, by the job
CALL licence_home.count_expected_days();
SELECT x.state, x.cases = (SELECT count(*) FROM licence_home.licence AS l WHERE l.issued_at > licence_home.now() - interval '1 year') AS of_all, x.half_days <= x.most_days AS in_order
FROM licence_home.expected_days AS x WHERE x.state IN ('submitted', 'issued') ORDER BY 1;
SELECT j.job, j.done, j.failed FROM licence_home.job_run AS j WHERE j.job = 'count expected days' ORDER BY j.run_no DESC LIMIT 1;

\echo == before applying, in one question
SELECT k.key, k.value FROM jsonb_each(licence_home.before_applying('home_baking', ST_SetSRID(ST_MakePoint(35.93, 31.95), 4326), 120, 15, '1975-06-01', tenant => false, kind => 'citizen') - '{criteria,documents,fee,days}'::text[]) AS k ORDER BY 1;
SELECT b #>> '{fee,amount_en}' AS fee, b #>> '{fee,amount_ar}' AS fee_ar, jsonb_array_length(b -> 'criteria') AS criteria,
    (SELECT string_agg(d ->> 'document_type', ' ') FROM jsonb_array_elements(b -> 'documents') AS d) AS documents
FROM licence_home.before_applying('home_baking', ST_SetSRID(ST_MakePoint(35.93, 31.95), 4326), 120, 15, '1975-06-01', tenant => true, kind => 'business') AS b;
-- where the zone does not permit, the nearest that does; where it is too large, the largest that would do
SELECT b ->> 'verdict' AS verdict, b #>> '{zone,ruling}' AS ruling, b #>> '{zone,nearest,class}' AS nearest, (b #>> '{zone,nearest,metres}')::numeric > 0 AS away, b ->> 'largest_work_area_m2' AS largest
FROM (SELECT DISTINCT ON (r.ruling) ST_PointOnSurface(z.geom) AS home FROM licence_home.zone AS z CROSS JOIN LATERAL licence_home.ruling_at('home_baking', ST_PointOnSurface(z.geom), '2026-03-01') AS r
      WHERE licence_home.in_force(z.valid, z.withdrawn_at, '2026-03-01') AND r.ruling = 'prohibited' ORDER BY r.ruling, z.zone_id) AS p
CROSS JOIN LATERAL licence_home.before_applying('home_baking', p.home, 100.05, 40) AS b;
-- what is not known is not proven, and no error
SELECT b ->> 'verdict' AS verdict, b -> 'zone' AS zone, b ->> 'largest_work_area_m2' AS largest, b -> 'fee' AS fee FROM licence_home.before_applying('nothing', NULL) AS b;
SELECT w.who, (story.attempt(w.who, NULL, $$SELECT licence_home.before_applying('jams', NULL)$$)).code FROM unnest('{portal,clerk,cashier,analyst,sender,nobody}'::text[]) AS w (who);

\echo == the profession that a word means
SELECT said, (SELECT string_agg(f.profession || ' (' || f.matched || ')', ', ' ORDER BY f.rank) FROM licence_home.find_professions(said) AS f) AS found
FROM unnest(ARRAY['تطريز', 'التطريز', 'مطرّزات', 'كيك', 'cakes', 'Knitting', 'بدي افتح حضانه', 'استشارات', 'zzz', '', 'design']) WITH ORDINALITY AS s (said, n) ORDER BY n;
SELECT count(*) > 50 AS words, bool_and(w.certainty = 'unknown') AS marked, bool_and(w.illustrative) AS illustrative FROM licence_home.profession_word AS w;
SELECT w.who, (story.attempt(w.who, NULL, $$SELECT * FROM licence_home.find_professions('jams')$$)).code FROM unnest('{portal,clerk,nobody}'::text[]) AS w (who);
-- a row is all that a new word needs
BEGIN;
INSERT INTO licence_home.profession_word (profession, word, valid, source, certainty) VALUES ('pickles', 'طرشي', '[2026-01-01,)', 'test', 'likely');
SELECT profession, matched FROM licence_home.find_professions('طُرشي');
ROLLBACK;
INSERT INTO licence_home.profession_word (profession, word, valid, source, certainty) VALUES ('nothing', 'طرشي', '[2026-01-01,)', 'test', 'likely');
