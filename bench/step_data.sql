-- Part of step.sh: makes cases that are ready for schedule_inspection, by
-- ordinary steps, each as the role whose step it is. It also makes copies of
-- the tables that the step writes to.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

CREATE ROLE bench_portal LOGIN IN ROLE licence_home_portal;
CREATE ROLE bench_clerk LOGIN IN ROLE licence_home_clerk;
CREATE SCHEMA bench;

-- A case each for the persons of these numbers, each in a home of its own.
CREATE PROCEDURE bench.make_cases(first integer, last integer)
    LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
    no licence_home.application_no;
BEGIN
    FOR n IN first .. last LOOP
        SET LOCAL ROLE bench_portal;
        INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
        VALUES ('citizen', (9870000000 + n)::text, 'سلمى', (962790000000 + n)::text::licence_home.phone_number)
        RETURNING applicant_id INTO person;
        INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel,
            home_area_m2, work_area_m2, built_on, employees, people, tenant)
        VALUES (person, 'electronic_marketing',
            ST_SetSRID(ST_MakePoint(35.84 + n % 150 * 0.00005, 31.98 + n / 150 * 0.00005), 4326),
            '142 اليادودة', '5 الحنو', n::text, 120, 15, '1995-06-01', 0, 1, false)
        RETURNING application_no INTO no;
        INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
        VALUES (no, 'title_deed', '2012/1', NULL), (no, 'occupancy_permit', '1995/2', '2030-12-31'),
            (no, 'construction_licence', '1994/3', NULL);
        RESET ROLE;
        PERFORM set_config('licence_home.acting_applicant', person::text, true);
        SET LOCAL ROLE bench_portal;
        PERFORM licence_home.perform(no, 'submit');
        SET LOCAL ROLE bench_clerk;
        UPDATE licence_home.document SET review = 'accepted' WHERE application_no = no;
        -- one is in one place at a time
        INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector)
        VALUES (no, '2026-03-05 09:30+03', 'Omar of ' || no);
        COMMIT;
    END LOOP;
END $$;

-- An unguarded copy of a table, with its rows, indexes, defaults and CHECKs; and
-- how many rows that were.
CREATE TABLE bench.copied (name text PRIMARY KEY, rows bigint);
CREATE PROCEDURE bench.copy_table(name text)
    LANGUAGE plpgsql AS $$
DECLARE
    options constant text := (SELECT array_to_string(c.reloptions, ', ') FROM pg_class AS c
        WHERE c.oid = format('licence_home.%I', name)::regclass);
    copied bigint;
BEGIN
    EXECUTE format('CREATE TABLE bench.%1$I (LIKE licence_home.%1$I INCLUDING ALL)', name);
    IF options IS NOT NULL THEN
        EXECUTE format('ALTER TABLE bench.%I SET (%s)', name, options);
    END IF;
    EXECUTE format('INSERT INTO bench.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM licence_home.%1$I', name);
    GET DIAGNOSTICS copied = ROW_COUNT;
    INSERT INTO bench.copied VALUES (copy_table.name, copied);
    -- its own numbers go on well behind those that it has
    PERFORM setval(pg_get_serial_sequence(format('bench.%I', name), a.attname), 10 * copied + 1)
       FROM pg_attribute AS a WHERE a.attrelid = format('bench.%I', name)::regclass AND a.attidentity <> '';
END $$;

-- So many rows a step were added to a table by hand as by us: none to that of
-- the cases, of which as many moved, one to each other.
CREATE PROCEDURE bench.compare_table(name text, by_hand bigint, by_us bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    each constant integer := CASE name WHEN 'application' THEN 0 ELSE 1 END;
    hand bigint;
    ours bigint;
BEGIN
    EXECUTE format('SELECT h.n - c.rows, o.n - c.rows FROM bench.copied AS c'
        ' CROSS JOIN (SELECT count(*) AS n FROM bench.%1$I) AS h'
        ' CROSS JOIN (SELECT count(*) AS n FROM licence_home.%1$I) AS o WHERE c.name = %1$L', name) INTO hand, ours;
    ASSERT (hand, ours) = (each * by_hand, each * by_us),
        format('%s: %s steps by hand added %s rows, %s of ours %s', name, by_hand, hand, by_us, ours);
    IF name = 'application' THEN
        SELECT count(*) INTO hand FROM bench.application AS a WHERE a.state = 'inspection_scheduled';
        SELECT count(*) INTO ours FROM licence_home.application AS a WHERE a.state = 'inspection_scheduled';
        ASSERT (hand, ours) = (by_hand, by_us), format('%s cases moved by hand, %s by us', hand, ours);
    END IF;
END $$;
