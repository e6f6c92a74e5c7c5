-- phone_number: one number, whatever way a person wrote it.
SET search_path = licence_home, licence_home_internal, public;
\set VERBOSITY default

-- What becomes of a text: its value, or the SQLSTATE of the refusal.  From
-- PostgreSQL 16 on, the soft error must be the same as the hard one.
CREATE FUNCTION pg_temp.reading(input text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    result text;
    state text;
    message text;
    soft record;
BEGIN
    BEGIN
        result := input::phone_number;
    EXCEPTION WHEN data_exception THEN
        GET STACKED DIAGNOSTICS
            state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        result := 'refused ' || state;
    END;
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE 'SELECT pg_input_is_valid($1, $2) AS valid, *
                   FROM pg_input_error_info($1, $2)'
           INTO soft USING input, 'licence_home.phone_number';
        ASSERT soft.valid = (state IS NULL);
        ASSERT soft.sql_error_code IS NOT DISTINCT FROM state;
        ASSERT soft.message IS NOT DISTINCT FROM message;
    END IF;
    RETURN result;
END $$;

-- spellings of one number
SELECT input, pg_temp.reading(input)
  FROM (VALUES ('+962791234567'), ('0791234567'), ('791234567'),
               ('00962791234567'), ('962791234567'),
               ('+962 79 123 4567'), ('+962-79-123-4567'), ('+962.79.123.4567'),
               ('079 123 4567'), ('079-1234567'), ('(079) 1234567'), ('079.123.4567'),
               ('+962 (0) 79 123 4567'), ('+962(0)791234567'), ('+962 0791234567'),
               ('00962 (0)79 123 4567'), ('(+962) 79 123 4567'), ('+(962) 79 1234567'),
               ('+962 7 9123 4567'), ('00 962 79 123 45 67'), ('+962 - 79 - 1234567'),
               ('  0791234567 '),
               ('٠٧٩١٢٣٤٥٦٧'), ('+٩٦٢ ٧٩ ١٢٣ ٤٥٦٧'), ('٠٠٩٦٢٧٩١٢٣٤٥٦٧'),
               ('۰۷۹۱۲۳۴۵۶۷'), ('٠79١234٥67')) AS v(input);

-- with what telephones and messages add, and nobody sees
SELECT bool_and(pg_temp.reading(input) = '+962791234567') AS all_read
  FROM (VALUES (U&'\202A+962\00A079\00A0123\00A04567\202C'),  -- embedding, no-break spaces
               (U&'\200E0791234567'), (U&'0791234567\200F'),  -- marks
               (U&'\202D0791234567\202C'), (U&'\202B0791234567\202E'),
               (U&'\20660791234567\2069'), (U&'\20670791234567\2069'), (U&'\20680791234567\2069'),
               (E'\t0791234567\r\n'), (U&'\061C0791234567'), (U&'\FEFF0791234567'),
               (U&'079\20111234567'), (U&'079\20131234567'),  -- hyphens
               (U&'079\202F1234567')) AS v(input);

-- the three ranges of mobiles, and their ends
SELECT input, pg_temp.reading(input)
  FROM (VALUES ('0770000000'), ('0779999999'), ('0780000000'), ('0789999999'),
               ('0790000000'), ('0799999999'),
               ('0760000000'), ('0769999999'), ('0800000000')) AS v(input);

-- anything else is refused
SELECT input, pg_temp.reading(input)
  FROM (VALUES (''), (' '), ('+'), ('0'), ('962'), ('+962'), ('00962'),
               ('065001234'), ('+96265001234'),     -- landlines
               ('0751234567'), ('0701234567'),      -- not mobiles
               ('+971501234567'), ('+972591234567'), ('00201001234567'), ('+1 212 555 0100'),
               ('+0791234567'), ('+00962791234567'), ('+791234567'),
               ('079123456'), ('07912345678'),      -- too short, too long
               ('+96279123456'), ('+9627912345678'),
               ('00791234567'), ('+962 00 79 1234567'),
               ('962962791234567'),
               ('-791234567'), ('791234567.0'), ('0791234567-'), ('.0791234567'),
               ('7.91234567E8'), ('0791234567 ext 5'), ('tel:0791234567'),
               ('++962791234567'), ('962+791234567'), ('0791234567+'),
               ('(0791234567'), ('0791234567)'), (')079(1234567'),
               ('((079))1234567'), ('()0791234567'), ('(-079)1234567'),
               ('0791234567,0781234567'), ('079123456O'),
               ('०७९१२३४५६७')) AS v(input);       -- Devanagari

-- the refusal quotes the text and says what is expected
SELECT '06 500 1234'::phone_number;

-- two spellings are one number, to a unique key as well
SELECT '0791234567'::phone_number = '+٩٦٢ (٠) ٧٩ ١٢٣ ٤٥٦٧'::phone_number AS same,
       count(DISTINCT input::phone_number) AS numbers
  FROM (VALUES ('0791234567'), ('00962 79 123 4567'), ('0781234567')) AS v(input);
CREATE TEMP TABLE directory (phone phone_number PRIMARY KEY);
INSERT INTO directory VALUES ('0791234567');
INSERT INTO directory VALUES ('+962 79 123 4567');
INSERT INTO directory VALUES ('+962 79 123 4567') ON CONFLICT DO NOTHING;

-- in order
SELECT phone FROM (VALUES ('0791234567'::phone_number), ('0781234567'), ('0771234568'), ('0771234567')) AS v(phone)
 ORDER BY phone;
