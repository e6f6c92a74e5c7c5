-- What the public may know of a licence, and no more.
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('issued') AS no \gset
SELECT licence_no FROM licence_home.licence WHERE application_no = :'no' \gset

-- Valid from the day of issue to the day before its end, whoever asks.
CREATE FUNCTION pg_temp.on_day(moment text, no text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('licence_home.clock', moment, true);
    RETURN QUERY SELECT (to_jsonb(v) - '{licence_no,known_at,district,district_ar,district_en}'::text[] || jsonb_build_object('placed', num_nulls(v.district, v.district_ar, v.district_en) = 0))::text FROM licence_home.verify_licence(no) AS v;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.on_day(text, text) TO PUBLIC;
SELECT pg_temp.on_day('2026-03-01 10:00+03', :'licence_no');
SELECT pg_temp.on_day('2026-02-28 23:59:59+03', :'licence_no');
SELECT pg_temp.on_day('2027-02-28 23:59:59+03', :'licence_no');
SELECT pg_temp.on_day('2027-03-01 00:00:00+03', :'licence_no');
-- a number that nobody has, null, and the number of an application
SELECT pg_temp.on_day('2026-03-01 10:00+03', licence_home.licence_no_make(2026, 99999999)::text);
SELECT pg_temp.on_day('2026-03-01 10:00+03', NULL);
\set VERBOSITY terse
SELECT (licence_home.verify_licence(licence_home.application_no_make(2026, 1)::text)).valid;
\set VERBOSITY default
SET ROLE regress_portal;
SELECT count(*) AS answers FROM licence_home.verify_licence(:'licence_no');
SET ROLE regress_analyst;
SELECT count(*) AS answers FROM licence_home.verify_licence(:'licence_no');
SET ROLE regress_nobody;
SELECT count(*) AS answers FROM licence_home.verify_licence(:'licence_no');
RESET ROLE;
