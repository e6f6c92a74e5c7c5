-- Whatever a caller says: a name in any spelling, a telephone or its last digits, an
-- identity number, a parcel or address, any number of a case.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset footer off
SET client_min_messages = warning;
CREATE TEMP TABLE people (name_ar text, name_en text, phone text, identity_no text, address text, parcel text);
INSERT INTO people VALUES
    ('أحمد محمود الحدّاد', 'Ahmad Mahmoud Al-Haddad', '0795550101', '9555000101', 'شارع الملكة رانيا، عمارة ٤٢', '7001'),
    ('آمنة عبدالله أبو رُمّان', NULL, '0795550202', '9555000202', 'حي الزهور، بناية 5', '7002'),
    ('مؤمن رؤوف البطاينة', NULL, '0785550303', '9555000303', NULL, '٧٠٠٣/٢'),
    ('هدى سليمان القضاة', NULL, '0775550404', '9555000404', NULL, '7001 ب');
SELECT story.become('portal');
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone)
    SELECT 'citizen', p.identity_no, p.name_ar, p.name_en, p.phone FROM people AS p;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
    VALUES ('business', '955500777', 'شركة الزيتونة', '0795550505', 'لمى نايف العجلوني', '9555000777', 'مفوضة بالتوقيع');
SELECT story.become();
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, address)
    SELECT a.applicant_id, 'knitting', ST_SetSRID(ST_MakePoint(35.93, 31.95), 4326), 'ماركا', '12 الضباط', p.parcel, p.address
    FROM people AS p JOIN licence_home.applicant AS a ON a.identity_no = p.identity_no;
CREATE FUNCTION pg_temp.found(who text, said text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM story.become(who);
    SELECT string_agg(concat_ws(' ', f.matched, f.name_ar, CASE WHEN f.application_no IS NULL THEN '(no case)' END), '; ' ORDER BY f.rank, f.name_ar COLLATE "C")
        INTO result FROM licence_home.find_cases(said, 'a call') AS f
        WHERE f.applicant_id IN (SELECT p.applicant_id FROM pg_temp.them AS p);
    PERFORM story.become();
    RETURN coalesce(result, '-');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TEMP TABLE them AS SELECT a.applicant_id FROM licence_home.applicant AS a WHERE a.identity_no LIKE '9555%';
GRANT SELECT ON them TO PUBLIC;

\echo == a name in any spelling
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['أحمد محمود الحدّاد', 'احمد محمود الحداد', 'احمد حداد', 'الحدّاد', 'إحمد  مـحـمود', 'حداد احمد',
    'امنه عبد الله ابو رمان', 'آمنة ابو رمان', 'مومن البطاينه', 'مؤمن بطاينة', 'هدي القضاه', 'ھدی سلیمان', 'ahmad haddad', 'AL-HADDAD',
    'لمى العجلوني', 'زيتونه']) WITH ORDINALITY AS s (said, n) ORDER BY n;
\echo == the beginning of a word, where no whole word is so
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['بطاي', 'احمد حدا', 'عجلو']) WITH ORDINALITY AS s (said, n) ORDER BY n;
\echo == a telephone, however it is said, or its last digits
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['0795550101', '+962 79 555 0101', '00962795550101', '962795550101', '٠٧٩٥٥٥٠١٠١', '550101', '0101', '079-555 0202'])
    WITH ORDINALITY AS s (said, n) ORDER BY n;
\echo == an identity number
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['9555000303', '٩٥٥٥٠٠٠٣٠٣', '9555 000 303', '955500777', '9555000777', '9555000304']) WITH ORDINALITY AS s (said, n) ORDER BY n;
\echo == a parcel, an address
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['7001', 'قطعة 7001', 'قطعة رقم ٧٠٠٢', 'ماركا 12 7001', 'ماركا حوض 12 الضباط قطعة 7003/2', 'شارع الملكه رانيا', 'الملكة رانيا 42', 'الزهور بنايه 5'])
    WITH ORDINALITY AS s (said, n) ORDER BY n;

\echo == the number of a case, a licence or a bill, or its serial
SELECT story.new_case_in('issued') AS no \gset
SELECT l.licence_no, i.invoice_no, a.application_no::text AS t, l.licence_no::text AS lt
    FROM licence_home.licence AS l JOIN licence_home.invoice AS i USING (application_no) JOIN licence_home.application AS a USING (application_no)
    WHERE a.application_no = :'no' \gset
CREATE FUNCTION pg_temp.finds(said text, no licence_home.application_no) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(f.matched, ' ' ORDER BY f.rank), '-') FROM licence_home.find_cases(said) AS f WHERE f.application_no = no $$;
SELECT s.how, pg_temp.finds(s.said, :'no') FROM (VALUES
    (1, 'as it is printed', :'t'), (2, 'without dashes', replace(:'t', '-', '')), (3, 'small, with slashes', lower(replace(:'t', '-', '/'))),
    (4, 'without its check digit', left(:'t', 14)), (5, 'year and serial', '2026/' || ltrim(substr(:'t', 7, 8), '0')),
    (6, 'in Arabic digits', translate(:'t', '0123456789', '٠١٢٣٤٥٦٧٨٩')), (7, 'its serial', ltrim(substr(:'t', 7, 8), '0')),
    (8, 'with a wrong check digit', left(:'t', 15) || (1 + right(:'t', 1)::integer) % 10), (9, 'the licence', :'lt'), (10, 'serial of the licence', substr(:'lt', 7, 8)),
    (11, 'the bill', :'invoice_no'), (12, 'the licence for a case', 'A' || substr(:'lt', 2))) AS s (n, how, said) ORDER BY s.n;

\echo == what somebody may not see finds nobody
SELECT w.who, pg_temp.found(w.who, 'هدى القضاة') AS name, pg_temp.found(w.who, '0775550404') AS phone, pg_temp.found(w.who, '9555000404') AS identity,
    pg_temp.found(w.who, 'لمى العجلوني') AS representative
FROM unnest('{clerk,inspector,committee,director,cashier,portal,analyst}'::text[]) AS w (who);
BEGIN;
SELECT story.become('inspector');
SELECT phone, identity_no, address IS NULL AS no_address, parcel FROM licence_home.find_cases('احمد محمود حداد') WHERE matched = 'name';
SELECT story.become('committee');
SELECT phone, identity_no, village, parcel FROM licence_home.find_cases('احمد محمود حداد') WHERE matched = 'name';
COMMIT;

\echo == nor does who is restricted, by nothing
SELECT licence_home.restrict_person(applicant_id, 'test') FROM licence_home.applicant WHERE identity_no = '9555000101';
SELECT pg_temp.found('committee', 'احمد حداد') AS name, pg_temp.found('committee', '7001') AS parcel,
    pg_temp.found('committee', (SELECT a.application_no::text FROM licence_home.application AS a JOIN licence_home.applicant AS p USING (applicant_id) WHERE p.identity_no = '9555000101')) AS number;
SELECT licence_home.unrestrict_person(applicant_id, 'test') FROM licence_home.applicant WHERE identity_no = '9555000101';

\echo == what says too little is refused
SELECT said, pg_temp.found('clerk', said) FROM unnest(ARRAY['ا', '؟!', '', ' ـ ']) WITH ORDINALITY AS s (said, n) ORDER BY n;
SELECT count(*) FROM licence_home.find_cases(NULL);

\echo == recorded: who was shown, and what was sought without saying it
SELECT r.role, cardinality(r.applicant_ids) AS persons, r.sought IS NOT NULL AS sought, 'applicant.phone' = ANY (r.columns) AS phone
FROM licence_home.read_record AS r WHERE r.function = 'find_cases' AND r.role IN ('regress_inspector', 'regress_committee')
    AND cardinality(r.applicant_ids) > 0 ORDER BY r.read_no;
SELECT function, found IS NOT NULL AS found, actor, why FROM licence_home.who_sought('citizen', '٩٥٥٥٠٠٠٣٠٤');
SELECT count(*) FROM licence_home.read_record AS r WHERE r::text LIKE '%9555000304%' OR r::text LIKE '%البطاي%';

\echo == at most fifty, the surest first
SELECT story.become('portal');
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) SELECT 'citizen', 9556000000 + n, 'نوار ' || CASE n % 2 WHEN 0 THEN 'سعيد' ELSE 'كمال' END, '0795559999' FROM generate_series(1, 120) AS n;
SELECT story.become();
SELECT count(*), count(application_no) AS cases, string_agg(DISTINCT matched, ' ') FROM licence_home.find_cases('نوار');
SELECT count(*), min(name_ar) AS first, max(name_ar) AS last FROM licence_home.find_cases('نوار سعيد');
SELECT count(*) FROM licence_home.find_cases('9999');
RESET client_min_messages;
