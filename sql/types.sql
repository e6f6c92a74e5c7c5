-- The types: application_no, licence_no, national_no (phone_number: phone.sql).
SET search_path = licence_home, licence_home_internal, public;
\set VERBOSITY default

-- What becomes of a text: its value, or the SQLSTATE of the refusal.  From
-- PostgreSQL 16 on, the soft error must be the same as the hard one.
CREATE FUNCTION pg_temp.reading(type regtype, input text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    result text;
    state text;
    message text;
    soft record;
BEGIN
    BEGIN
        EXECUTE format('SELECT %L::%s::text', input, type) INTO result;
    EXCEPTION WHEN data_exception THEN
        GET STACKED DIAGNOSTICS
            state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        result := 'refused ' || state;
    END;
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'SELECT pg_input_is_valid($1, $2) AS valid, *
                   FROM pg_input_error_info($1, $2)'
           INTO soft USING input, type::text;
        ASSERT soft.valid = (state IS NULL);
        ASSERT soft.sql_error_code IS NOT DISTINCT FROM state;
        ASSERT soft.message IS NOT DISTINCT FROM message;
    END IF;
    RETURN result;
END $$;

--
-- application_no and licence_no: made from year and serial
--
SELECT application_no_make(2026, 12345), licence_no_make(2026, 12345);
SELECT application_no_make(2000, 1), application_no_make(9999, 99999999);
SELECT application_no_make(NULL, 1);
SELECT application_no_make(1999, 1);
SELECT application_no_make(10000, 1);
SELECT application_no_make(2026, 0);
SELECT licence_no_make(2026, 100000000);
SELECT licence_no_make(2026, -1);

-- every separator, in every place, alone or with others, either case
SELECT count(*) AS spellings,
       count(*) FILTER (WHERE pg_temp.reading('application_no',
           l || a || '2026' || b || '00012345' || c || '7') = 'A2026-00012345-7') AS read
  FROM unnest(ARRAY['A', 'a']) AS l,
       unnest(ARRAY['', '-', '/', '.', ' ']) AS a,
       unnest(ARRAY['', '-', '/', '.', ' ']) AS b,
       unnest(ARRAY['', '-', '/', '.', ' ']) AS c;
SELECT 'l2026/00012345.9'::licence_no, 'L2026000123459'::licence_no;

-- Arabic-Indic and Persian digits, blanks around, and the marks that a
-- message in Arabic puts around a number
SELECT input, pg_temp.reading('application_no', input)
  FROM (VALUES ('A٢٠٢٦-٠٠٠١٢٣٤٥-٧'),
               ('A۲۰۲۶-۰۰۰۱۲۳۴۵-۷'),
               ('A٢٠٢٦-00012345-۷'),
               ('   A2026-00012345-7 ')) AS v(input);
SELECT pg_temp.reading('application_no', U&'\2066A2026\201100012345\20117\2069'),
       pg_temp.reading('application_no', U&'\200F\202AA2026\00A000012345\00A07\202C'),
       pg_temp.reading('application_no', E'\tA2026-00012345-7\r\n'),
       pg_temp.reading('application_no', 'A2026-00012345-7' || repeat(' ', 1000)),
       pg_temp.reading('application_no', repeat(' ', 1000) || 'A2026-00012345-7');

-- anything else is refused
SELECT input, pg_temp.reading('application_no', input)
  FROM (VALUES (''), (' '), ('A'), ('7'),
               ('2026-00012345-7'),     -- no letter
               ('2026000123457'),
               ('B2026-00012345-7'),    -- another letter
               ('AA2026-00012345-7'),
               ('A2026-12345-7'),       -- not the full width
               ('A026-00012345-7'),
               ('A2026-00012345'),      -- no check digit
               ('A2026-00012345-'),
               ('A2026-00012345-77'),   -- too long
               ('A2026-000123457-7'),
               ('A2026--00012345-7'),   -- two separators
               ('A2026- 00012345-7'),
               ('-A2026-00012345-7'),
               ('A2026_00012345-7'),    -- not a separator
               ('A2026-0001-2345-7'),   -- a separator inside a part
               ('A2026-00012345-x'),
               ('A2026-00012345-७'),    -- Devanagari
               ('أ2026-00012345-7'),    -- an Arabic letter
               ('A2026-00012345-8'),    -- another check digit
               ('A2026-00012354-7'),    -- swapped neighbours
               ('A2026-00012345-9'),    -- the licence's check digit
               ('L2026-00012345-9'),    -- a licence
               ('A1999-00000001-5'),    -- no such year
               ('A2026-00000000-3'),    -- no such serial
               ('A0000-00000000-3')) AS v(input);
SELECT pg_temp.reading('application_no', repeat('A2026-00012345-7', 1000)),
       pg_temp.reading('application_no', 'A2026' || repeat(' ', 1000) || '00012345-7');

-- each kind of refusal quotes the text and says what is expected
SELECT 'A2026-12345'::application_no;
SELECT 'A2026-00012345-8'::application_no;
SELECT 'A2026-00000000-3'::application_no;
SELECT 'A2026-00012345-7'::licence_no;
SELECT 'L2026-00012345-7'::licence_no;

-- an application's number and a licence's never compare
SELECT application_no_make(2026, 1) = licence_no_make(2026, 1);

--
-- national_no: ten digits, leading zeros kept
--
SELECT input, pg_temp.reading('national_no', input)
  FROM (VALUES ('9871234567'), ('0000000001'), ('0000000000'), ('9999999999'),
               ('٩٨٧١٢٣٤٥٦٧'), ('۹۸۷۱۲۳۴۵۶۷'), (' 9871234567 '),
               (''), ('987123456'), ('98712345678'), ('987 123 4567'),
               ('-987123456'), ('+987123456'), ('987123456x'),
               ('0x98712345'), ('1e9'), ('NaN')) AS v(input);
SELECT '987123456'::national_no;

-- an assignment to text keeps the zeros, and JSON gets a string
CREATE TEMP TABLE registry (identity_no text);
INSERT INTO registry VALUES ('0000000001'::national_no) RETURNING *;
SELECT to_json('0000000001'::national_no) AS national_no,
       to_json('A2026-00012345-7'::application_no) AS application_no;

-- a number is no quantity
SELECT '9871234567'::national_no::bigint;
SELECT '9871234567'::national_no + 1;

--
-- Binary: eight bytes, the digits as an integer, checked on the way in
--
SELECT application_no_send('A2026-00012345-7') = int8send(2026000123457) AS application_no,
       licence_no_send('L2026-00012345-9') = int8send(2026000123459) AS licence_no,
       phone_number_send('0791234567') = int8send(962791234567) AS phone_number,
       national_no_send('0000000001') = int8send(1) AS national_no;

CREATE TEMP TABLE sample (a application_no, l licence_no, p phone_number, n national_no);
INSERT INTO sample
SELECT application_no_make(2000 + g, g * 99999), licence_no_make(9999 - g, g),
       ('079' || lpad(g::text, 7, '0'))::phone_number, lpad(g::text, 10, '0')::national_no
  FROM generate_series(1, 1000) AS g
UNION ALL
SELECT NULL, NULL, NULL, NULL;
CREATE TEMP TABLE received (LIKE sample);
\copy sample TO 'results/types.data' (FORMAT binary)
\copy received FROM 'results/types.data' (FORMAT binary)
SELECT count(*) FROM (TABLE received INTERSECT TABLE sample) AS same;

CREATE TEMP TABLE one_application (no application_no);
CREATE TEMP TABLE one_licence (no licence_no);
CREATE TEMP TABLE one_phone (no phone_number);
CREATE TEMP TABLE one_person (no national_no);
\copy (SELECT 2026000123457) TO 'results/types.data' (FORMAT binary)
\copy one_application FROM 'results/types.data' (FORMAT binary)
\copy one_licence FROM 'results/types.data' (FORMAT binary)
\copy one_phone FROM 'results/types.data' (FORMAT binary)
\copy one_person FROM 'results/types.data' (FORMAT binary)
\copy (SELECT -1::bigint) TO 'results/types.data' (FORMAT binary)
\copy one_application FROM 'results/types.data' (FORMAT binary)
\copy one_licence FROM 'results/types.data' (FORMAT binary)
\copy one_phone FROM 'results/types.data' (FORMAT binary)
\copy one_person FROM 'results/types.data' (FORMAT binary)
\copy (SELECT 962669999999) TO 'results/types.data' (FORMAT binary)
\copy one_phone FROM 'results/types.data' (FORMAT binary)
\copy (SELECT 1) TO 'results/types.data' (FORMAT binary)
\copy one_application FROM 'results/types.data' (FORMAT binary)
TABLE one_application;

--
-- Order: by year, then by serial
--
SELECT no
  FROM (VALUES (application_no_make(2026, 2)), (application_no_make(2026, 1)),
               (application_no_make(2025, 99999999)), (application_no_make(2100, 1)),
               (NULL)) AS v(no)
 ORDER BY no;
SELECT bool_and((application_no_make(y1, s1) < application_no_make(y2, s2)) = ((y1, s1) < (y2, s2)))
   AND bool_and((licence_no_make(y1, s1) >= licence_no_make(y2, s2)) = ((y1, s1) >= (y2, s2))) AS same_order
  FROM unnest(ARRAY[2000, 2025, 2026, 9999]) AS y1,
       unnest(ARRAY[2000, 2025, 2026, 9999]) AS y2,
       unnest(ARRAY[1, 2, 9, 10, 12345, 99999999]) AS s1,
       unnest(ARRAY[1, 2, 9, 10, 12345, 99999999]) AS s2;
SELECT min(a), max(a), min(l), max(l) FROM sample;

-- the six operators agree with one another
SELECT x, y, x < y AS lt, x <= y AS le, x = y AS eq, x <> y AS ne, x >= y AS ge, x > y AS gt
  FROM (VALUES ('0000000001'::national_no), ('0000000002')) AS v(x),
       (VALUES ('0000000001'::national_no), ('0000000002')) AS w(y);

-- what the catalogs know of them: = alone hashes and merges, each operator has
-- a commutator and a negator, each operator class is a default and valid
SELECT oprleft::regtype AS type, count(*) AS operators,
       bool_and(oprcom <> 0 AND oprnegate <> 0) AS linked,
       bool_and((oprname = '=') = (oprcanhash AND oprcanmerge)) AS joinable,
       bool_and(oprrest <> 0 AND oprjoin <> 0) AS estimated
  FROM pg_operator
 WHERE oprnamespace = 'pg_catalog'::regnamespace
   AND oprleft IN ('application_no'::regtype, 'licence_no'::regtype,
                   'phone_number'::regtype, 'national_no'::regtype)
 GROUP BY oprleft ORDER BY oprleft::regtype::text;
SELECT opcintype::regtype AS type, amname, opcdefault, amvalidate(c.oid),
       array_agg(amprocnum ORDER BY amprocnum) AS support
  FROM pg_opclass AS c
  JOIN pg_am AS m ON m.oid = opcmethod
  JOIN pg_amproc ON amprocfamily = opcfamily
 WHERE opcintype IN ('application_no'::regtype, 'licence_no'::regtype,
                     'phone_number'::regtype, 'national_no'::regtype)
 GROUP BY opcintype, amname, opcdefault, c.oid
 ORDER BY opcintype::regtype::text, amname;

-- no comparison is anything but immutable, strict, parallel safe and leakproof
SELECT DISTINCT p.oid::regprocedure
  FROM pg_proc AS p
 WHERE (EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid)
        OR EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid))
   AND p.proargtypes::oid[] && ARRAY['application_no'::regtype, 'licence_no'::regtype,
                                     'phone_number'::regtype, 'national_no'::regtype]::oid[]
   AND NOT (provolatile = 'i' AND proisstrict AND proparallel = 's' AND proleakproof);

-- everybody may read, write and compare them
SELECT p.oid::regprocedure
  FROM pg_proc AS p
 WHERE p.pronamespace = 'licence_home'::regnamespace
   AND p.proname ~ '^(application_no|licence_no|phone_number|national_no)_'
   AND p.proname !~ '_make$'
   AND NOT has_function_privilege('public', p.oid, 'EXECUTE');

--
-- Indexes
--
CREATE TABLE numbered (a application_no, l licence_no, p phone_number, n national_no);
INSERT INTO numbered SELECT * FROM sample WHERE a IS NOT NULL;
CREATE UNIQUE INDEX numbered_a ON numbered (a);
CREATE INDEX numbered_l ON numbered USING hash (l);
CREATE INDEX numbered_p ON numbered (p);
CREATE INDEX numbered_n ON numbered USING hash (n);
ANALYZE numbered;
SET enable_seqscan = off;
SET enable_bitmapscan = off;

EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE a = 'a2026 00012345 7';
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE a >= application_no_make(2026, 1) AND a < application_no_make(2027, 1);
EXPLAIN (COSTS OFF) SELECT * FROM numbered ORDER BY a LIMIT 1;
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE l = 'L2026-00012345-9';
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE p = '00962 79 000 0007';
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE n = '٠٠٠٠٠٠٠٠٠٧';
SELECT * FROM numbered WHERE a >= application_no_make(2026, 1) AND a < application_no_make(2027, 1);
SELECT * FROM numbered WHERE l = licence_no_make(9992, 7);
SELECT * FROM numbered WHERE p = '00962 79 000 0007';
SELECT * FROM numbered WHERE n = '٠٠٠٠٠٠٠٠٠٧';
INSERT INTO numbered (a) SELECT application_no_make(2026, 26 * 99999);

-- an index serves under row security too, because the operator is leakproof
CREATE ROLE regress_licence_home_reader;
GRANT USAGE ON SCHEMA licence_home TO regress_licence_home_reader;
GRANT SELECT ON numbered TO regress_licence_home_reader;
ALTER TABLE numbered ENABLE ROW LEVEL SECURITY;
CREATE POLICY numbered_reader ON numbered TO regress_licence_home_reader
    USING (p IS NOT NULL);
SET ROLE regress_licence_home_reader;
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE a = 'A2026-00012345-7';
EXPLAIN (COSTS OFF) SELECT * FROM numbered WHERE n = '0000000007';
RESET ROLE;
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP TABLE numbered;
REVOKE USAGE ON SCHEMA licence_home FROM regress_licence_home_reader;
DROP ROLE regress_licence_home_reader;

-- joins, by hashing and by merging, give the same
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM sample AS x JOIN sample AS y ON x.a = y.a;
SELECT count(*) FROM sample AS x JOIN sample AS y ON x.a = y.a;
RESET enable_mergejoin;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM sample AS x JOIN sample AS y ON x.a = y.a;
SELECT count(*) FROM sample AS x JOIN sample AS y ON x.a = y.a;
RESET enable_hashjoin;
RESET enable_nestloop;

-- hash partitions find their rows again
CREATE TEMP TABLE parted (n national_no) PARTITION BY HASH (n);
CREATE TEMP TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TEMP TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT n FROM sample WHERE n IS NOT NULL;
SELECT count(DISTINCT parted.tableoid) AS partitions, count(*) AS found
  FROM sample JOIN parted USING (n);
SELECT n FROM parted WHERE n = '0000000500';
