-- A city to practise on: cases of two years, taken step by step by the people whose
-- steps they are, each at its own time.
--
--		psql -v cases=3000 -v seed=1 -f practice.sql
--
-- Everything is invented: persons, homes, notes, delays and shares.  They are to look
-- like an office's life, and say nothing about Amman's.  The same seed makes the same
-- city on the same day.  No message is sent: what a gateway would have answered is
-- written as the sender writes it (practice.answer).
--
-- One queue holds the next act of each case and its moment (practice.agenda).  The acts
-- are taken in the order of their moments, with licence_home.clock at each.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SELECT setseed((:seed % 1000) / 1000.0) \g /dev/null
DO $$ BEGIN
    IF EXISTS (SELECT FROM licence_home.applicant) THEN
        RAISE EXCEPTION 'this database has applicants already'
            USING HINT = 'A city to practise on is made in a database of its own.';
    END IF;
END $$;
CREATE SCHEMA practice;

-- ---------------------------------------------------------------------
-- The people
-- ---------------------------------------------------------------------

CREATE TABLE practice.word (kind text, ar text, en text);
INSERT INTO practice.word VALUES
    ('first', 'سلمى', 'Salma'), ('first', 'رنا', 'Rana'), ('first', 'هبة', 'Hiba'), ('first', 'آمنة', 'Amneh'),
    ('first', 'فاطمة', 'Fatima'), ('first', 'إيمان', 'Iman'), ('first', 'أسماء', 'Asma'), ('first', 'نور', 'Nour'),
    ('first', 'دعاء', 'Duaa'), ('first', 'لينا', 'Lina'), ('first', 'هدى', 'Huda'), ('first', 'مها', 'Maha'),
    ('first', 'ريم', 'Reem'), ('first', 'سناء', 'Sanaa'), ('first', 'عبير', 'Abeer'), ('first', 'خولة', 'Khawla'),
    ('first', 'محمد', 'Mohammad'), ('first', 'أحمد', 'Ahmad'), ('first', 'عمر', 'Omar'), ('first', 'خالد', 'Khaled'),
    ('first', 'إبراهيم', 'Ibrahim'), ('first', 'علاء', 'Alaa'), ('first', 'رائد', 'Raed'), ('first', 'مؤيد', 'Muayyad'),
    ('first', 'عبد الله', 'Abdullah'), ('first', 'عبد الرحمن', 'Abdul Rahman'), ('first', 'يحيى', 'Yahya'),
    ('first', 'مصطفى', 'Mustafa'), ('first', 'زيد', 'Zaid'), ('first', 'هاني', 'Hani'),
    ('family', 'الخطيب', 'Al-Khatib'), ('family', 'العبادي', 'Al-Abbadi'), ('family', 'الزعبي', 'Al-Zoubi'),
    ('family', 'المجالي', 'Al-Majali'), ('family', 'الحوراني', 'Al-Hourani'), ('family', 'عبيدات', 'Obeidat'),
    ('family', 'الطراونة', 'Al-Tarawneh'), ('family', 'حداد', 'Haddad'), ('family', 'النمري', 'Al-Nimri'),
    ('family', 'أبو رمان', 'Abu Rumman'), ('family', 'العدوان', 'Al-Adwan'), ('family', 'الشوابكة', 'Al-Shawabkeh'),
    ('family', 'قاسم', 'Qasem'), ('family', 'الرواشدة', 'Al-Rawashdeh'), ('family', 'بني هاني', 'Bani Hani'),
    ('family', 'الصالح', 'Al-Saleh'), ('family', 'مراد', 'Murad'), ('family', 'الداود', 'Al-Daoud'),
    ('family', 'أبو غزالة', 'Abu Ghazaleh'), ('family', 'الفقيه', 'Al-Faqih'),
    ('return', 'تعذر قراءة سند الملكية', 'the deed cannot be read'), ('return', 'إذن الأشغال منتهي', 'the permit has ended'),
    ('return', 'المرفق لا يخص هذا المنزل', 'the paper is about another home'),
    ('correct', 'العمل في الشرفة المغلقة', 'the work is on the balcony'), ('correct', 'رائحة ظاهرة عند المدخل', 'a smell at the door'),
    ('correct', 'ماكينة ثقيلة في غرفة النوم', 'a heavy machine in the bedroom'),
    ('audit', 'يُستكمل وصف العمل', 'describe the work in full'), ('audit', 'هل المستأجر هو مقدم الطلب؟', 'is the tenant the applicant?'),
    ('extend', 'طلبت مقدمة الطلب مهلة للسفر', 'asked for time because of a journey'),
    ('extend', 'المالك خارج البلاد', 'the owner is abroad'),
    ('recall', 'أُعيد الطلب سهوًا', 'returned by oversight');
CREATE FUNCTION practice.word(of text) RETURNS practice.word
    LANGUAGE sql VOLATILE RETURN (SELECT w FROM practice.word AS w WHERE w.kind = of ORDER BY random() LIMIT 1);

-- Each district has two clerks and two inspectors; the whole city three members of the
-- committee, a director and two cashiers.
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, districts, valid, source, certainty)
SELECT o.official, f.ar || ' ' || l.ar, f.en || ' ' || l.en, ARRAY[session_user::name], ARRAY[o.role], o.districts,
    daterange('2012-01-01', NULL), 'invented, to practise', 'unknown'
FROM (
    SELECT format('%s-%s-%s', r.letter, to_char(d.district, 'FM00'), i) AS official, r.role, ARRAY[d.district] AS districts
    FROM licence_home.district AS d, (VALUES ('C', 'clerk'), ('I', 'inspector')) AS r (letter, role), generate_series(1, 2) AS i
    UNION ALL VALUES ('K-1', 'committee', NULL::integer[]), ('K-2', 'committee', NULL), ('K-3', 'committee', NULL),
        ('D-1', 'director', NULL), ('P-1', 'cashier', NULL), ('P-2', 'cashier', NULL)
) AS o
CROSS JOIN LATERAL practice.word(CASE WHEN o.official IS NOT NULL THEN 'first' END) AS f
CROSS JOIN LATERAL practice.word(CASE WHEN o.official IS NOT NULL THEN 'family' END) AS l;

-- ---------------------------------------------------------------------
-- Homes, and what each case will be
-- ---------------------------------------------------------------------

-- Where people live: points in residential zones, few elsewhere.
CREATE TABLE practice.place AS
    SELECT row_number() OVER (ORDER BY random()) AS n, (p.dump).geom AS home
    FROM (
        SELECT ST_Dump(ST_GeneratePoints(z.geom, greatest(1, ceil(:cases * 1.3
            * ST_Area(z.geom) * CASE WHEN c.land_use = 'residential' THEN 1 ELSE 0.08 END
            / sum(ST_Area(z.geom) * CASE WHEN c.land_use = 'residential' THEN 1 ELSE 0.08 END) OVER ()))::integer, :seed)) AS dump
        FROM licence_home.zone AS z
        JOIN licence_home.zone_class AS c USING (class)) AS p;
ALTER TABLE practice.place ADD PRIMARY KEY (n);

-- How often a profession is asked for: a few often, most seldom.
CREATE TABLE practice.trade AS
    SELECT p.code, p.category, p.takes_children, sum(1.0 / p.rank) OVER (ORDER BY p.rank) / sum(1.0 / p.rank) OVER () AS upto
    FROM (
        SELECT p.code, p.category, p.takes_children, row_number() OVER (
            ORDER BY p.category NOT IN ('food', 'handicraft'), md5(p.code || :seed)) AS rank
        FROM licence_home.profession AS p
        WHERE p.withdrawn_at IS NULL AND upper(p.valid) IS NULL) AS p;

CREATE TABLE practice.life (
    life         bigint PRIMARY KEY,
    application_no licence_home.application_no,
    applicant_id bigint,
    district     integer,
    tries        integer NOT NULL DEFAULT 0
);
CREATE INDEX ON practice.life (application_no);
CREATE TABLE practice.agenda (at timestamptz NOT NULL, life bigint NOT NULL, PRIMARY KEY (at, life));
-- What an office refused, to look at.
CREATE TABLE practice.refusal (at timestamptz, application_no licence_home.application_no, state text, sqlstate text, message text);

-- ---------------------------------------------------------------------
-- Time
-- ---------------------------------------------------------------------

CREATE FUNCTION practice.chance(share numeric) RETURNS boolean
    LANGUAGE sql VOLATILE RETURN random() < share;

-- So many working days on (most less, some much more), at a time when somebody works.
CREATE FUNCTION practice.office_time(after timestamptz, days numeric) RETURNS timestamptz
    LANGUAGE sql VOLATILE
    RETURN greatest(after + interval '7 minutes',
        (licence_home.add_working_days((after AT TIME ZONE 'Asia/Amman')::date, greatest(0, floor(-ln(1 - random()) * days))::integer)
            + time '08:20' + random() * interval '6 hours') AT TIME ZONE 'Asia/Amman');

-- So many days on for a person at home, who is awake from seven to midnight.
CREATE FUNCTION practice.home_time(after timestamptz, days numeric) RETURNS timestamptz
    LANGUAGE sql VOLATILE
    RETURN greatest(after + interval '4 minutes',
        ((after AT TIME ZONE 'Asia/Amman')::date + floor(-ln(1 - random()) * days)::integer
            + time '07:00' + random() * interval '17 hours') AT TIME ZONE 'Asia/Amman');

-- ---------------------------------------------------------------------
-- Acts
-- ---------------------------------------------------------------------

CREATE FUNCTION practice.become(role text, who text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', 'licence_home_' || role, true);
    IF role = 'portal' THEN
        PERFORM licence_home.act_for(who::bigint);
    ELSIF who IS NOT NULL THEN
        PERFORM licence_home.act_as(who);
    END IF;
END $$;

-- One of the officials of a district and role, other than who has done something there before.
CREATE FUNCTION practice.somebody(letter text, district integer, life bigint, shift integer DEFAULT 0) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE letter
        WHEN 'K' THEN 'K-' || 1 + (life + shift) % 3
        WHEN 'P' THEN 'P-' || 1 + (life + shift) % 2
        WHEN 'D' THEN 'D-1'
        ELSE format('%s-%s-%s', letter, to_char(district, 'FM00'), 1 + (life + shift) % 2) END;

-- The gateway takes what was written, and the network tells of most.
CREATE PROCEDURE practice.answer(no licence_home.application_no)
    LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    FOR m IN
        SELECT q.message_id, q.attempts, q.series, q.deadline_no, l.phone
        FROM licence_home.sms_queue AS q JOIN licence_home.sms_message_text AS l USING (message_id)
        WHERE l.application_no = no AND q.open
    LOOP
        CONTINUE WHEN practice.chance(0.01);
        INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway)
        VALUES (m.message_id, m.attempts + 1, m.series, false, 'accepted', 0, m.phone, licence_home.now(), licence_home.now(), 'practice');
        INSERT INTO licence_home.deadline_told (deadline_no, application_no, message_id, series, outcome, at)
        SELECT m.deadline_no, no, m.message_id, m.series, 'accepted', licence_home.now() WHERE m.deadline_no IS NOT NULL;
        DELETE FROM licence_home.sms_queue AS q WHERE q.message_id = m.message_id;
        IF practice.chance(0.97) THEN
            PERFORM licence_home.sms_report(m.message_id::text, 'delivered', licence_home.now() + random() * interval '1 minute');
        END IF;
    END LOOP;
END $$;

-- Who comes, and what for.  Returns when they go on.
CREATE FUNCTION practice.arrive(life practice.life) RETURNS timestamptz
    LANGUAGE plpgsql AS $$
DECLARE
    f practice.word := practice.word('first');
    m practice.word := practice.word('first');
    l practice.word := practice.word('family');
    trade practice.trade;
    person bigint;
    place practice.place;
    area numeric := 60 + floor(random() * 180);
    work numeric;
    draw double precision := random();
    workers integer := CASE WHEN practice.chance(0.15) THEN 1 ELSE 0 END;
BEGIN
    SELECT t.* INTO trade FROM practice.trade AS t WHERE t.upto >= draw ORDER BY t.upto LIMIT 1;
    SELECT p.* INTO place FROM practice.place AS p WHERE p.n = life.life;
    work := least(greatest(6, floor(area * (0.05 + random() * 0.1))), CASE WHEN practice.chance(0.06) THEN 60 ELSE 25 END);
    PERFORM set_config('role', 'licence_home_portal', true);
    INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language)
    VALUES ('citizen', (9700000000 + life.life)::text, f.ar || ' ' || m.ar || ' ' || l.ar, f.en || ' ' || l.en,
        ('9627' || (ARRAY['7', '8', '9'])[1 + floor(random() * 3)::integer] || to_char(1000000 + life.life, 'FM0000000'))::licence_home.phone_number,
        CASE WHEN practice.chance(0.12) THEN 'en' ELSE 'ar' END)
    RETURNING applicant_id INTO person;
    INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, building_no, floor,
        home_area_m2, work_area_m2, built_on, employees, people, children, tenant)
    VALUES (person, trade.code, place.home, '142 اليادودة', (life.life % 17)::text, (100 + life.life)::text,
        (1 + floor(random() * 90))::text, (ARRAY['0', '1', '2', '3'])[1 + floor(random() * 4)::integer], area, work,
        date '1958-01-01' + floor(random() * 23000)::integer, workers,
        workers + 1 + CASE WHEN practice.chance(0.2) THEN 1 ELSE 0 END, CASE WHEN trade.takes_children THEN 3 END, practice.chance(0.3))
    RETURNING application_no INTO life.application_no;
    INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, attachment_type,
        attachment_sha256, attachment_locator)
    SELECT life.application_no, d.document_type, format('%s/%s', 1990 + life.life % 30, 100 + life.life),
        (licence_home.now() AT TIME ZONE 'Asia/Amman')::date - 5 - (life.life % 60)::integer, 'application/pdf',
        sha256(convert_to(d.document_type || life.life, 'UTF8')), format('practice/%s/%s.pdf', life.life, d.document_type)
    FROM licence_home.required_documents(life.application_no) AS d
    WHERE d.lacking IS NOT NULL;
    PERFORM set_config('role', 'none', true);
    UPDATE practice.life AS x SET application_no = life.application_no, applicant_id = person,
        district = (SELECT z.district FROM licence_home.district AS z WHERE ST_Covers(z.geom, place.home) LIMIT 1)
    WHERE x.life = life.life;
    RETURN CASE WHEN practice.chance(0.96) THEN practice.home_time(licence_home.now(), 1.5) END;
END $$;

-- An appointment with an inspector of the district, at the first time that is free.
CREATE FUNCTION practice.appointment(life practice.life) RETURNS timestamptz
    LANGUAGE plpgsql AS $$
DECLARE
    slot timestamptz := date_bin('30 minutes', practice.office_time(licence_home.now() + interval '2 days', 2), timestamptz '2020-01-01 00:00+00');
BEGIN
    FOR attempt IN 1 .. 60 LOOP
        BEGIN
            INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector)
            VALUES (life.application_no, slot, practice.somebody('I', life.district, life.life, attempt));
            RETURN slot;
        EXCEPTION WHEN exclusion_violation OR check_violation THEN
            slot := date_bin('30 minutes', practice.office_time(slot, 0.7), timestamptz '2020-01-01 00:00+00');
        END;
    END LOOP;
    RETURN NULL;
END $$;

-- The next act of a case.  Returns when the one after it comes; null: never.
CREATE FUNCTION practice.act(life practice.life) RETURNS timestamptz
    LANGUAGE plpgsql AS $$
DECLARE
    a licence_home.application;
    no constant licence_home.application_no := life.application_no;
    t constant timestamptz := licence_home.now();
    visit licence_home.inspection;
    bill licence_home.invoice;
    paid numeric;
    slot timestamptz;
    verdict text;
    note practice.word;
BEGIN
    SELECT x.* INTO a FROM licence_home.application AS x WHERE x.application_no = no;
    IF a.state <> 'draft' AND practice.chance(0.012) AND a.state NOT IN ('issued', 'rejected', 'lapsed', 'closed', 'withdrawn') THEN
        PERFORM practice.become('portal', life.applicant_id::text);
        PERFORM licence_home.perform(no, 'withdraw');
        RETURN NULL;
    END IF;
    CASE a.state
    WHEN 'draft' THEN
        PERFORM practice.become('portal', life.applicant_id::text);
        IF life.tries > 0 THEN      -- the form said what was too much
            UPDATE licence_home.application SET work_area_m2 = least(work_area_m2, floor(home_area_m2 * 0.14), 25), employees = 0, people = 1 WHERE application_no = no;
        END IF;
        PERFORM licence_home.perform(no, 'submit');
        RETURN practice.office_time(t, 1.6);
    WHEN 'submitted' THEN
        PERFORM practice.become('clerk', practice.somebody('C', life.district, life.life));
        IF practice.chance(0.015) THEN
            PERFORM licence_home.perform(no, 'close', reason => 'duplicate');
            RETURN NULL;
        ELSIF practice.chance(0.17) AND EXISTS (SELECT FROM licence_home.latest_document AS d WHERE d.application_no = no AND d.review = 'pending') THEN
            note := practice.word('return');
            UPDATE licence_home.document AS d SET review = CASE WHEN practice.chance(0.4) THEN 'missing' ELSE 'incorrect' END, review_note = note.ar
            WHERE d.document_id = (SELECT min(l.document_id) FROM licence_home.latest_document AS l WHERE l.application_no = no AND l.review = 'pending');
            PERFORM licence_home.perform(no, 'return_documents');
            RETURN practice.home_time(t, 5);
        END IF;
        UPDATE licence_home.document AS d SET review = 'accepted'
        WHERE d.document_id IN (SELECT l.document_id FROM licence_home.latest_document AS l WHERE l.application_no = no AND l.review = 'pending');
        slot := practice.appointment(life);
        PERFORM licence_home.perform(no, 'schedule_inspection');
        RETURN slot + interval '25 minutes';
    WHEN 'documents_deficient' THEN
        IF practice.chance(0.06) THEN
            PERFORM practice.become('clerk', practice.somebody('C', life.district, life.life));
            note := practice.word('extend');
            PERFORM licence_home.perform(no, 'extend', note.ar, licence_home.add_working_days(a.due_at::date, 10));
            RETURN practice.home_time(t, 6);
        ELSIF practice.chance(0.1) THEN
            RETURN NULL;            -- until the job ends it
        END IF;
        PERFORM practice.become('portal', life.applicant_id::text);
        INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, attachment_type, attachment_sha256,
            attachment_locator)
        SELECT no, l.document_type, format('%s/%s', 2000 + life.life % 20, 500 + life.life), (t AT TIME ZONE 'Asia/Amman')::date - 20,
            'application/pdf', sha256(convert_to(l.document_type || t, 'UTF8')), format('practice/%s/%s-2.pdf', life.life, l.document_type)
        FROM licence_home.latest_document AS l WHERE l.application_no = no AND l.review IN ('missing', 'incorrect');
        PERFORM licence_home.perform(no, 'resubmit');
        RETURN practice.office_time(t, 1.2);
    WHEN 'inspection_scheduled' THEN
        SELECT i.* INTO visit FROM licence_home.inspection AS i WHERE i.application_no = no ORDER BY i.inspection_id DESC LIMIT 1;
        IF visit.outcome <> 'pending' THEN
            PERFORM practice.become('clerk', practice.somebody('C', life.district, life.life));
            slot := practice.appointment(life);
            PERFORM licence_home.perform(no, 'reschedule_inspection');
            RETURN slot + interval '25 minutes';
        END IF;
        PERFORM practice.become('inspector', visit.inspector);
        IF practice.chance(0.07) THEN
            UPDATE licence_home.inspection SET outcome = 'no_access', findings = 'لم يُفتح الباب' WHERE inspection_id = visit.inspection_id;
            RETURN practice.office_time(t, 0.8);
        END IF;
        verdict := CASE WHEN practice.chance(0.15) THEN 'failed' ELSE 'passed' END;
        INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
        SELECT visit.inspection_id, c.criterion, CASE WHEN verdict = 'failed' AND c.n = 1 THEN 'not_met' ELSE 'met' END
        FROM (SELECT k.criterion, row_number() OVER (ORDER BY md5(k.criterion || life.life)) AS n FROM licence_home.inspection_checklist(no) AS k) AS c;
        note := practice.word('correct');
        UPDATE licence_home.inspection SET outcome = verdict, measured_home_area_m2 = a.home_area_m2,
            measured_work_area_m2 = least(a.work_area_m2, greatest(5, a.work_area_m2 - floor(random() * 3))),
            findings = CASE verdict WHEN 'failed' THEN note.ar END
        WHERE inspection_id = visit.inspection_id;
        IF verdict = 'failed' THEN
            PERFORM licence_home.perform(no, 'require_correction');
            RETURN CASE WHEN practice.chance(0.88) THEN practice.home_time(t, 8) END;
        END IF;
        PERFORM licence_home.perform(no, 'refer_to_committee');
        RETURN practice.office_time(t, 2.5);
    WHEN 'correction_required' THEN
        PERFORM practice.become('portal', life.applicant_id::text);
        PERFORM licence_home.perform(no, 'report_correction');
        RETURN practice.office_time(t, 1);
    WHEN 'committee_review' THEN
        verdict := CASE WHEN life.tries = 0 AND practice.chance(0.04) THEN 'deferred' WHEN practice.chance(0.06) THEN 'refused' ELSE 'approved' END;
        IF a.waits_for = 'director' THEN
            PERFORM practice.become('director', 'D-1');
        ELSE
            PERFORM practice.become('committee', practice.somebody('K', NULL, life.life));
        END IF;
        INSERT INTO licence_home.decision (application_no, outcome, reason)
        SELECT no, verdict, CASE verdict WHEN 'refused' THEN (SELECT min(r.reason) FROM licence_home.reason AS r
            WHERE r.purpose = 'refusal' AND licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today())) END;
        IF verdict = 'deferred' THEN
            PERFORM set_config('role', 'none', true);
            UPDATE practice.life AS x SET tries = 1 WHERE x.life = life.life;
            RETURN practice.office_time(t, 4);
        END IF;
        PERFORM licence_home.perform(no, CASE verdict WHEN 'refused' THEN 'reject' ELSE 'approve' END);
        RETURN practice.home_time(t, 9);
    WHEN 'external_approval_pending', 'approvals_deficient' THEN
        PERFORM practice.become('portal', life.applicant_id::text);
        INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on, expires_on)
        SELECT no, r.authority, format('F/%s-%s', life.life, floor(random() * 1000)), CASE WHEN practice.chance(0.03) THEN 'refused' ELSE 'granted' END,
            (t AT TIME ZONE 'Asia/Amman')::date, (t AT TIME ZONE 'Asia/Amman')::date + 700
        FROM licence_home.approval_requirement AS r
        LEFT JOIN licence_home.latest_approval AS l USING (application_no, authority)
        WHERE r.application_no = no AND r.ended_at_event IS NULL AND (l.review IS NULL OR l.review IN ('missing', 'incorrect'));
        PERFORM licence_home.perform(no, CASE a.state WHEN 'approvals_deficient' THEN 'resubmit_approvals' ELSE 'submit_approvals' END);
        RETURN practice.office_time(t, 1.5);
    WHEN 'approvals_review' THEN
        PERFORM practice.become('clerk', practice.somebody('C', life.district, life.life));
        IF practice.chance(0.09) THEN
            UPDATE licence_home.external_approval AS e SET review = 'incorrect'
            WHERE e.external_approval_id = (SELECT min(l.external_approval_id) FROM licence_home.latest_approval AS l WHERE l.application_no = no AND l.review = 'pending');
            PERFORM licence_home.perform(no, 'return_approvals');
            RETURN practice.home_time(t, 6);
        END IF;
        UPDATE licence_home.external_approval AS e SET review = 'accepted'
        WHERE e.external_approval_id IN (SELECT l.external_approval_id FROM licence_home.latest_approval AS l WHERE l.application_no = no AND l.review = 'pending');
        IF EXISTS (SELECT FROM licence_home.latest_approval AS l WHERE l.application_no = no AND l.answer = 'refused') THEN
            PERFORM licence_home.perform(no, 'refuse_approvals');
            RETURN NULL;
        END IF;
        PERFORM licence_home.perform(no, 'accept_approvals');
        RETURN CASE WHEN practice.chance(0.95) THEN practice.home_time(t, 5) END;
    WHEN 'fee_due' THEN
        SELECT i.* INTO bill FROM licence_home.invoice AS i WHERE i.application_no = no AND i.cancelled_at IS NULL;
        paid := coalesce((SELECT sum(p.amount) FROM licence_home.payment AS p WHERE p.invoice_no = bill.invoice_no), 0);
        PERFORM practice.become('cashier', practice.somebody('P', NULL, life.life));
        PERFORM licence_home.record_payment(format('EF%s-%s', bill.invoice_no, floor(paid)), bill.invoice_no,
            CASE WHEN paid = 0 AND practice.chance(0.03) AND bill.amount > 5 THEN 5 ELSE bill.amount - paid END, t);
        RETURN practice.home_time(t, 2);
    ELSE
        RETURN NULL;
    END CASE;
END $$;

-- ---------------------------------------------------------------------
-- The two years
-- ---------------------------------------------------------------------

CREATE PROCEDURE practice.live(from_day date, to_day date)
    LANGUAGE plpgsql AS $$
DECLARE
    next_act practice.agenda;
    life practice.life;
    later timestamptz;
    night date := from_day;
BEGIN
    LOOP
        SELECT g.* INTO next_act FROM practice.agenda AS g ORDER BY g.at, g.life LIMIT 1;
        -- the night's work comes first
        WHILE night <= least(coalesce((next_act.at AT TIME ZONE 'Asia/Amman')::date, to_day), to_day) LOOP
            IF extract(dow FROM night) = 6 THEN
                PERFORM set_config('licence_home.clock', (night + time '02:00')::text || '+03', false);
                CALL licence_home.lapse_overdue();
            END IF;
            night := night + 1;
        END LOOP;
        EXIT WHEN next_act.at IS NULL OR next_act.at >= (to_day + time '14:00') AT TIME ZONE 'Asia/Amman';
        DELETE FROM practice.agenda AS g WHERE g.at = next_act.at AND g.life = next_act.life;
        PERFORM set_config('licence_home.clock', next_act.at::text, false);
        SELECT l.* INTO life FROM practice.life AS l WHERE l.life = next_act.life;
        BEGIN
            later := CASE WHEN life.application_no IS NULL THEN practice.arrive(life) ELSE practice.act(life) END;
            PERFORM set_config('role', 'none', true);
            IF life.application_no IS NOT NULL THEN
                CALL practice.answer(life.application_no);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE NOT LIKE 'LH%' THEN     -- an office refuses; anything else is a fault
                RAISE;
            END IF;
            PERFORM set_config('role', 'none', true);
            INSERT INTO practice.refusal VALUES (next_act.at, life.application_no,
                (SELECT a.state FROM licence_home.application AS a WHERE a.application_no = life.application_no), SQLSTATE, SQLERRM);
            UPDATE practice.life AS l SET tries = l.tries + 1 WHERE l.life = next_act.life;
            later := CASE WHEN life.tries < 2 THEN practice.office_time(next_act.at, 2) END;
        END;
        IF later IS NOT NULL THEN
            INSERT INTO practice.agenda VALUES (later, next_act.life) ON CONFLICT DO NOTHING;
        END IF;
        COMMIT;                     -- one act, one transaction: so is one who acts
    END LOOP;
    PERFORM set_config('licence_home.clock', ((to_day + time '14:00') AT TIME ZONE 'Asia/Amman')::text, false);
    COMMIT;
END $$;

-- An act is one function, which goes on in the schema after it has become somebody.
DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA practice TO %1$s', r) FROM (SELECT string_agg(rolname, ', ') AS r FROM pg_roles WHERE rolname ~ '^licence_home_') AS r;
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA practice TO %1$s', r) FROM (SELECT string_agg(rolname, ', ') AS r FROM pg_roles WHERE rolname ~ '^licence_home_') AS r;
END $$;

-- Who comes when: more from year to year, fewer in summer, on working days mostly.
INSERT INTO practice.life (life) SELECT generate_series(1, :cases);
INSERT INTO practice.agenda
SELECT least(practice.home_time((:'from_day'::date + floor(:days * sqrt(random()))::integer + time '06:00') AT TIME ZONE 'Asia/Amman', 0),
    (:'to_day'::date + time '13:00') AT TIME ZONE 'Asia/Amman') + l.life * interval '1 microsecond', l.life
FROM practice.life AS l;
SET synchronous_commit = off;
CALL practice.live(:'from_day', :'to_day');
