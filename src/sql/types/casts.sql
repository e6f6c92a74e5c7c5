-- ---------------------------------------------------------------------
-- Text where one of the four types is meant.
--
-- JDBC's setString, psycopg2's = ANY (%s) and most object mappers send a
-- number as text or varchar. The implicit casts let PostgreSQL read it with
-- the type's own input function. So the index serves, and bad text is a 22P02
-- when the statement runs. No function of ours is overloaded on these types:
-- it would be ambiguous for text (sql/text_for_numbers.sql holds that). There
-- is no way back by itself. COALESCE, CASE and UNION of a number and text,
-- and LIKE on a number, stay errors until the query says ::text.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    type_name text;
    source text;
BEGIN
    FOREACH type_name IN ARRAY ARRAY['application_no', 'licence_no', 'phone_number', 'national_no']
    LOOP
        FOREACH source IN ARRAY ARRAY['pg_catalog.text', 'pg_catalog.varchar']
        LOOP
            EXECUTE pg_catalog.format('CREATE CAST (%s AS licence_home.%I) WITH INOUT AS IMPLICIT',
                source, type_name);
            EXECUTE pg_catalog.format('COMMENT ON CAST (%s AS licence_home.%I) IS %L', source, type_name,
                'Reads text as ' || type_name || ', also where nobody asks: 22P02 or 22003 if it is none.');
        END LOOP;
    END LOOP;
END $$;
