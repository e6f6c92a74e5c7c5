-- What the daily work looks at, for the cases of caseload_data.sql: names as they
-- are in Amman (one man in ten is a Muhammad), telephones, addresses, documents,
-- events and messages.  Rows are written as facts, like those cases.
--
--   cases   how many
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET session_replication_role = replica;
SET search_path = licence_home, licence_home_internal, public;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

CREATE UNLOGGED TABLE bench.first_name (sex text, i integer, name_ar text, name_en text);
INSERT INTO bench.first_name
SELECT v.sex, row_number() OVER (PARTITION BY v.sex ORDER BY n.ordinality) - 1, split_part(n.name, '/', 1), split_part(n.name, '/', 2)
  FROM (VALUES
    ('m', 'محمد/Mohammad أحمد/Ahmad محمود/Mahmoud علي/Ali خالد/Khaled عمر/Omar يوسف/Yousef إبراهيم/Ibrahim حسن/Hasan حسين/Hussein مصطفى/Mustafa طارق/Tareq رائد/Raed ماهر/Maher سامي/Sami فادي/Fadi نبيل/Nabil زياد/Ziad وليد/Waleed فؤاد/Fuad رامي/Rami هاني/Hani عيسى/Issa موسى/Mousa جمال/Jamal كمال/Kamal بلال/Bilal أنس/Anas معاذ/Muath مؤيد/Moayad رؤوف/Raouf أيمن/Ayman إياد/Iyad باسم/Basem غسان/Ghassan مروان/Marwan نضال/Nidal صالح/Saleh عبدالله/Abdullah عبدالرحمن/Abdulrahman'),
    ('f', 'فاطمة/Fatima مريم/Maryam عائشة/Aisha آمنة/Amna سلمى/Salma هدى/Huda منى/Muna ليلى/Layla رنا/Rana هبة/Hiba آلاء/Alaa أسماء/Asma إيمان/Iman نور/Nour دعاء/Duaa ولاء/Walaa رؤى/Ruaa سوسن/Sawsan نادية/Nadia سمية/Sumaya خديجة/Khadija زينب/Zainab رغد/Raghad شيماء/Shaimaa لبنى/Lubna ندى/Nada سناء/Sanaa وفاء/Wafaa جميلة/Jamila كريمة/Karima')
  ) AS v (sex, names)
 CROSS JOIN LATERAL regexp_split_to_table(v.names, ' ') WITH ORDINALITY AS n (name, ordinality);
-- 800 families: roots with endings
CREATE UNLOGGED TABLE bench.family AS
SELECT row_number() OVER (ORDER BY r.n, e.n) - 1 AS i, CASE WHEN e.n % 2 = 0 THEN 'ال' ELSE '' END || r.ar || e.ar AS name_ar,
       CASE WHEN e.n % 2 = 0 THEN 'Al-' ELSE '' END || r.en || e.en AS name_en
  FROM unnest('{خطيب,حداد,نجار,زعبي,عبيد,شريد,رواش,حمود,سلام,قضا,بطاين,مومن,طراون,عساف,نعيم,حجاز,كيلان,دباس,رفاع,صمد}'::text[],
        '{Khatib,Haddad,Najjar,Zoubi,Obeid,Shreid,Rawash,Hammoud,Salam,Quda,Batayn,Momen,Tarawn,Assaf,Naeem,Hijaz,Kilan,Dabbas,Rifa,Samad}'::text[])
        WITH ORDINALITY AS r (ar, en, n)
 CROSS JOIN unnest('{ات,ة,ي,اني,ين,ه,اوي,وني,ية,"",اد,ور,ان,ار,وس,يب,ول,ام,يد,اش,اب,وع,اس,ين,وت,اح,يف,وم,اق,ير,اج,وق,ال,يس,وج,اط,وف,يم,اع,وك}'::text[],
        '{at,a,i,ani,een,h,awi,ouni,iya,"",ad,our,an,ar,ous,ib,oul,am,id,ash,ab,ou,as,in,out,ah,if,oum,aq,ir,aj,ouq,al,is,ouj,at,ouf,im,aa,ouk}'::text[])
        WITH ORDINALITY AS e (ar, en, n);

-- the n-th of some, the first ones often
CREATE FUNCTION bench.often(n integer, question integer, many bigint) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN floor(many * power(bench.chance(n, question), 2.2))::integer;

UPDATE applicant AS p SET
       name_ar = concat_ws(' ', f.name_ar, g.name_ar, h.name_ar, k.name_ar),
       name_en = CASE WHEN bench.chance(n.n, 104) < 0.5 THEN concat_ws(' ', f.name_en, g.name_en, h.name_en, k.name_en) END,
       phone = (962700000000 + (7 + floor(3 * bench.chance(n.n, 105)))::bigint * 10000000 + floor(10000000 * bench.chance(n.n, 106))::bigint)::text::phone_number
  FROM (SELECT applicant_id, applicant_id::integer AS n, CASE WHEN bench.chance(applicant_id::integer, 100) < 0.7 THEN 'f' ELSE 'm' END AS sex FROM applicant) AS n,
       bench.first_name AS f, bench.first_name AS g, bench.first_name AS h, bench.family AS k
 WHERE n.applicant_id = p.applicant_id
   AND f.sex = n.sex AND f.i = bench.often(n.n, 101, CASE n.sex WHEN 'f' THEN 30 ELSE 40 END)
   AND g.sex = 'm' AND g.i = bench.often(n.n, 102, 40)
   AND h.sex = 'm' AND h.i = bench.often(n.n, 103, 40)
   AND k.i = floor(800 * bench.chance(n.n, 107))::integer;
-- a common street in each quarter
UPDATE application AS a SET address = format('شارع %s، عمارة %s', f.name_ar, 1 + b.n % 90), neighbourhood = 'حي ' || g.name_ar
  FROM bench.cases AS b, bench.family AS f, bench.first_name AS g
 WHERE b.application_no = a.application_no AND f.i = b.home_of % 800 AND g.sex = 'm' AND g.i = b.home_of % 37;

-- (work.sh has dropped them: they are made at once more quickly than row by row)
CREATE INDEX applicant_by_name ON applicant ((fold_name(name_ar)) COLLATE "C");
CREATE INDEX applicant_by_name_en ON applicant ((fold_name(name_en)) COLLATE "C");
CREATE INDEX applicant_by_words ON applicant USING gin (name_keys(name_ar), name_keys(name_en), name_keys(representative_name)) WITH (fastupdate = off);
CREATE INDEX applicant_by_phone ON applicant (reverse(phone::text) COLLATE "C");
CREATE INDEX application_by_place ON application USING gin (place_keys(address, village, basin, neighbourhood, parcel, building_no))
    WITH (fastupdate = on, gin_pending_list_limit = 64);

INSERT INTO document (application_no, document_type, reference_no, expires_on, review, recorded_by, at_event, reviewed_at, reviewed_by, reviewed_at_event)
SELECT b.application_no, t.t, b.n || '/' || t.i, CASE t.i WHEN 2 THEN b.day + 2000 END, 'accepted', 'applicant', 1, (b.day + time '12:00') AT TIME ZONE 'Asia/Amman', 'huda', 1
  FROM bench.cases AS b CROSS JOIN (VALUES (1, 'title_deed'), (2, 'occupancy_permit'), (3, 'construction_licence')) AS t (i, t)
 ORDER BY b.n, t.i;
INSERT INTO application_event (application_no, case_event, action, from_state, to_state, actor, role, session_role, at, known_at, hash)
SELECT b.application_no, e.i, e.action, e.from_state, CASE e.i WHEN 5 THEN b.state ELSE e.to_state END, 'E-' || b.n % 300, 'licence_home_clerk', 'licence_home_clerk',
       t.at, t.at, sha256(convert_to(b.n || '/' || e.i, 'UTF8'))
  FROM bench.cases AS b
 CROSS JOIN (VALUES (1, 0, 'submit', 'draft', 'submitted'), (2, 2, 'schedule_inspection', 'submitted', 'inspection_scheduled'),
        (3, 9, 'refer_to_committee', 'inspection_scheduled', 'committee_review'), (4, 12, 'approve', 'committee_review', 'fee_due'),
        (5, 20, 'issue', 'fee_due', 'issued')) AS e (i, days, action, from_state, to_state)
 CROSS JOIN LATERAL (SELECT (b.day + e.days + time '10:00') AT TIME ZONE 'Asia/Amman' AS at) AS t
 ORDER BY b.n, e.i;
INSERT INTO sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts, created_at)
SELECT e.application_no, e.event_no, a.applicant_id, 'application_accepted', 'ar', '0791234567', 'قُبل طلبكم للتدقيق، ورقمه ' || e.application_no, 1, e.at
  FROM application_event AS e JOIN application AS a USING (application_no) WHERE e.case_event IN (1, 5);
INSERT INTO sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway)
SELECT l.message_id, 1, 1, false, 'accepted', 1, l.phone, l.created_at, l.created_at, 'bench' FROM sms_message_text AS l;
INSERT INTO case_deadline (application_no, case_event, entered_event, state, cause, began_on, working_days, date_named, to_be_told, known_at)
SELECT a.application_no, 5, 5, a.state, 'state', a.judged_on, 10, a.judged_on + 14, false, a.submitted_at
  FROM application AS a JOIN workflow_state AS s ON s.state = a.state AND s.workflow = 'first_issue' AND s.version = 1 AND s.kind = 'open';
UPDATE application AS a SET due_at = (a.judged_on + 14 + time '23:59:59') AT TIME ZONE 'Asia/Amman'
  FROM case_deadline AS d WHERE d.application_no = a.application_no;

-- what is asked: a thousand cases, people and places, the same every time
CREATE TABLE bench.asked AS
SELECT b.application_no, p.name_ar AS full_name,
       regexp_replace(translate(p.name_ar, 'أإآةى', 'اااهي'), '\mال', '', 'g') AS other_spelling,
       split_part(p.name_ar, ' ', 1) || ' ' || substring(p.name_ar FROM '[^ ]+$') AS first_and_family,
       split_part(p.name_ar, ' ', 1) AS first_name,
       p.phone::text AS phone, right(p.phone::text, 6) AS last_digits, p.identity_no, a.application_no::text AS case_no,
       a.parcel, concat_ws(' ', a.village, a.basin, a.parcel) AS whole_parcel, a.address
  FROM bench.cases AS b JOIN application AS a USING (application_no) JOIN applicant AS p ON p.applicant_id = a.applicant_id
 WHERE b.n % (:cases / 1000) = 1 AND a.parcel IS NOT NULL;

-- whom the open cases wait for, and where; one in three is in somebody's hands
CREATE TABLE bench.districts AS
SELECT d.district, row_number() OVER (ORDER BY d.district) AS i, count(*) OVER () AS many FROM (SELECT DISTINCT district FROM district) AS d;
UPDATE application AS a SET waits_for = CASE s.waits_for WHEN 'decider' THEN 'committee' ELSE s.waits_for END, district = c.district
  FROM bench.cases AS b, workflow_state AS s, bench.districts AS c
 WHERE b.application_no = a.application_no AND s.workflow = 'first_issue' AND s.version = 1 AND s.state = a.state AND s.kind = 'open'
   AND c.i = 1 + floor(c.many * bench.chance(b.n, 120));
-- a clerk of all districts, of half of them, of one; one known by identity number; one of two duties
INSERT INTO official (official, name_ar, name_en, login, roles, districts, identity_no, valid, source, certainty)
SELECT v.official, 'م', 'M', v.login, v.roles, v.districts, v.identity_no, '[2012-01-01,)', 'bench', 'unknown'
  FROM (SELECT array_agg(district ORDER BY i) FILTER (WHERE i = 1) AS one, array_agg(district ORDER BY i) FILTER (WHERE i % 2 = 0) AS half FROM bench.districts) AS d
 CROSS JOIN LATERAL (VALUES ('B-1', 'bench_all', '{clerk}'::text[], NULL::integer[], NULL), ('B-2', 'bench_one', '{clerk}', d.one, NULL),
    ('B-3', 'bench_half', '{clerk}', d.half, NULL), ('B-4', 'bench_known', '{clerk}', NULL, '9999999999'),
    ('B-5', 'bench_two', '{clerk,committee}', NULL, '9999999998')) AS v (official, login, roles, districts, identity_no);
ANALYZE application;       -- (the planner believes that no case waits for anybody)
INSERT INTO case_assignment (application_no, official, kind, at_event, recorded_by)
SELECT a.application_no, 'B-' || 1 + b.n % 5, 'claimed', 5, 'B-1'
  FROM bench.cases AS b JOIN application AS a USING (application_no) WHERE a.waits_for IS NOT NULL AND b.n % 3 = 0;

RESET session_replication_role;
VACUUM ANALYZE;
