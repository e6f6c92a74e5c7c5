-- A text is checked when it is written: at once what the row shows, at commit
-- what depends on other rows.
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
BEGIN;

-- Write texts of a template, as { language, body } pairs, and commit them; what came of it.
CREATE FUNCTION pg_temp.write(template text, texts text[], max_parts integer DEFAULT 2, valid text DEFAULT '[2012-01-01,)')
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; hint text; code text;
BEGIN
    FOR i IN 1 .. array_length(texts, 1) LOOP
        INSERT INTO licence_home.sms_template (template, language, body, max_parts, valid, source, certainty)
        VALUES (template, texts[i][1], texts[i][2], max_parts, valid::daterange, 'test', 'likely');
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION USING ERRCODE = 'LH999';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN CASE code WHEN 'LH999' THEN 'written' ELSE concat_ws(E'\n', code || ': ' || message, nullif(detail, ''),
        -- (sql/sms_texts.sql shows them all)
        nullif(regexp_replace(hint, '^(The placeholders are \{no\}), .*', '\1, ...'), '')) END;
END $$;
-- The same, for one fault in the English text.
CREATE FUNCTION pg_temp.try(body text, max_parts integer DEFAULT 2) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.write('trial', ARRAY[ARRAY['en', body], ARRAY['ar', 'نص {no}']], max_parts) $$;
CREATE FUNCTION pg_temp.try_arabic(body text, max_parts integer DEFAULT 2) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.write('trial', ARRAY[ARRAY['en', 'Text {no}'], ARRAY['ar', body]], max_parts) $$;
\pset format unaligned
\pset tuples_only on

\echo == placeholders and braces
SELECT pg_temp.try('Application {no}: {reason} {authorities}');
SELECT pg_temp.try('Application {number}');
SELECT pg_temp.try('Application {No}');
SELECT pg_temp.try('Application { no}');
SELECT pg_temp.try('Application {}');
SELECT pg_temp.try('Application {no: closed never');
SELECT pg_temp.try('Application {no');
SELECT pg_temp.try('Application {{no}}');
SELECT pg_temp.try('Application no}: opened never');
SELECT pg_temp.try(repeat('{no}', 16), 10);
SELECT pg_temp.try(repeat('{no}', 17), 10);

\echo == characters
SELECT pg_temp.try(' ');
SELECT pg_temp.try(E'\n \n');
SELECT pg_temp.try(U&'\00A0\2003');
SELECT pg_temp.try(E'two\nlines');
SELECT pg_temp.try(E'a\ttab');
SELECT pg_temp.try(E'a\rreturn');
SELECT pg_temp.try(U&'a bell \0007');
SELECT pg_temp.try_arabic(U&'\0637\0644\0628\2066 {no}\2069');
SELECT pg_temp.try_arabic(U&'\0637\0644\0628 \200F{no}');
SELECT pg_temp.try(U&'zero\200Bwidth');

\echo == links, and what is none
SELECT pg_temp.try('See https://amman.jo/{no}');
SELECT pg_temp.try('See WWW.amman.jo');
SELECT pg_temp.try('See amman.jo');
SELECT pg_temp.try('Write to home@gam.gov.jo');
SELECT pg_temp.try('Paid, e.g. by card, until 9 a.m. at most 2.5 dinars. See you.');

\echo == an English text that leaves GSM-7 costs twice as much
SELECT pg_temp.try('The owner’s approval');
SELECT pg_temp.try('Fee € 5 [once] ~ {no}');

\echo == direction of an Arabic text
SELECT pg_temp.try_arabic('الطلب {no}: المبلغ {amount} د.أ، الفاتورة {bill}، حتى {due}.');
SELECT pg_temp.try_arabic('{no}: طلبكم');
SELECT pg_temp.try_arabic('GAM: طلبكم {no}');
SELECT pg_temp.try_arabic('{amount} :');
SELECT pg_temp.try_arabic('الطلب {no}: {amount} د.أ');
SELECT pg_temp.try_arabic('الرخصة {licence}، {until}');
SELECT pg_temp.try_arabic('الرخصة {licence} {no}');
SELECT pg_temp.try_arabic('هاتف 06-1234567');
SELECT pg_temp.try_arabic('من 9–12 صباحا');
SELECT pg_temp.try_arabic('هاتف 061234567');
SELECT pg_temp.try_arabic('رقم A-12 GAM');

\echo == too many parts, with what is shortest and with what is longest
SELECT pg_temp.try(repeat('x', 290) || '{no}');
SELECT pg_temp.try(repeat('x', 291) || '{no}');
SELECT pg_temp.try_arabic(repeat('ع', 118) || '{no}');
SELECT pg_temp.try_arabic(repeat('ع', 119) || '{no}');
-- by day, and by name: of a list one item and how many there are must fit
SELECT pg_temp.try_arabic('ع ' || repeat('ع', 122) || '{due}');
SELECT pg_temp.try_arabic('ع ' || repeat('ع', 123) || '{due}');
SELECT pg_temp.try(repeat('x', 289) || '{due}');
SELECT pg_temp.try(repeat('x', 290) || '{due}');
SELECT max(length(name_ar)) FROM authority;
SELECT pg_temp.try_arabic(repeat('ع', 105) || '{authority}');
SELECT pg_temp.try_arabic(repeat('ع', 106) || '{authority}');
SELECT pg_temp.try_arabic(repeat('ع', 94) || '{authorities}');
SELECT pg_temp.try_arabic(repeat('ع', 95) || '{authorities}');
-- every text of Amman has room in parts of 62, which some gateways count
SAVEPOINT s;
INSERT INTO sms_gateway (gateway, method, url, accepted, ucs2_part, valid, source, certainty)
VALUES ('narrow', 'GET', 'http://127.0.0.1/', 'ok', 62, '[2026-01-01,)', 'test', 'likely');
SELECT pg_temp.try_arabic(repeat('ع', 108) || '{no}');
SELECT pg_temp.try_arabic(repeat('ع', 109) || '{no}');
INSERT INTO sms_gateway (gateway, method, url, accepted, ucs2_part, valid, source, certainty)
VALUES ('narrower', 'GET', 'http://127.0.0.1/', 'ok', 30, '[2026-01-01,)', 'test', 'likely');
ROLLBACK TO s;
-- a name that is too long for a text is refused too, unless the text is past or withdrawn
INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty)
VALUES ('long', repeat('ب', 120), 'x', '[2026-01-01,)', 'test', 'likely');
ROLLBACK TO s;
INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty)
VALUES ('quoted', 'جهة', 'the “authority”' || repeat('!', 50), '[2026-01-01,)', 'test', 'likely');
ROLLBACK TO s;
-- so is one in each of the other tables whose names stand in messages
CREATE FUNCTION pg_temp.name_it(names text, columns text, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE format('INSERT INTO licence_home.%s (%s, valid, source, certainty) VALUES (%s, ''[2026-01-01,)'', ''test'', ''likely'')',
        names, columns, replace(name, 'LONG', quote_literal(repeat('ب', 180))));
    RETURN 'written';
EXCEPTION WHEN SQLSTATE 'LH015' THEN
    RETURN names || ': ' || SQLERRM;
END $$;
SELECT pg_temp.name_it('reason', 'reason, purpose, name_ar, name_en', $$'x', 'refusal', LONG, 'x'$$);
SELECT pg_temp.name_it('reason', 'reason, purpose, name_ar, name_en', $$'x', 'closure', LONG, 'x'$$);
SELECT pg_temp.name_it('document_type', 'document_type, name_ar, name_en, needs_reference, needs_attachment', $$'x', 'ب', LONG, true, false$$);
SELECT pg_temp.name_it('application_field', 'field, name_ar, name_en', $$'x', LONG, 'x'$$);
SELECT pg_temp.name_it('criterion', 'criterion, stage, position, article, met_ar, met_en, not_met_ar, not_met_en, not_proven_ar,'
    ' not_proven_en, remedy_ar, remedy_en, label_ar, label_en',
    $$'x', 'I', 99, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', LONG, 'x'$$);
-- or has a character that no message has: the step would be refused
SELECT pg_temp.name_it('authority', 'authority, name_ar, name_en', $$'x', U&'\062C\0647\0629\200F', 'x'$$);
SELECT pg_temp.name_it('document_type', 'document_type, name_ar, name_en, needs_reference, needs_attachment', $$'x', 'ب', E'a\tb', true, false$$);
ROLLBACK TO s;
-- a message cannot wait for ever
\set VERBOSITY terse
INSERT INTO sms_template (template, language, body, expires_after, valid, source, certainty)
VALUES ('patient', 'en', 'a text', '200000 years', '[2026-01-01,)', 'test', 'likely');
\set VERBOSITY default
ROLLBACK TO s;
UPDATE sms_template SET withdrawn_at = now() WHERE template IN ('external_approval_required', 'approvals_deficient', 'refused_by_authority');
INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty)
VALUES ('long', repeat('ب', 120), 'x', '[2026-01-01,)', 'test', 'likely');
ROLLBACK TO s;
-- a name turns the direction
INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty)
VALUES ('latin', 'مؤسسة JFDA', 'x', '[2026-01-01,)', 'test', 'likely');
SELECT pg_temp.try_arabic('المطلوب موافقة {authority} {due}');
SELECT pg_temp.try_arabic('المطلوب موافقة {authority} حتى {due}');
ROLLBACK TO s;

\echo == both languages on the same days
SELECT pg_temp.write('trial', '{{en,a text}}');
SELECT pg_temp.write('trial', '{{ar,نص}}', valid => '[2026-05-01,2027-01-01)');
INSERT INTO sms_template (template, language, body, valid, source, certainty)
VALUES ('trial', 'en', 'a text', '[2026-01-01,2027-01-01)', 'test', 'likely'), ('trial', 'ar', 'نص', '[2026-01-01,)', 'test', 'likely');
SAVEPOINT w;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO w;
INSERT INTO sms_template (template, language, body, valid, source, certainty)
VALUES ('trial', 'en', 'a later text', '[2027-01-01,)', 'test', 'likely');
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE sms_template SET withdrawn_at = now() WHERE body = 'a later text';
ROLLBACK TO s;

\echo == what a published workflow owes has a text on every day to come
UPDATE sms_template SET withdrawn_at = now() WHERE template = 'fees_due';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
UPDATE sms_template SET valid = daterange('2012-01-01', '2030-01-01') WHERE template = 'fees_due';
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
SET CONSTRAINTS ALL DEFERRED;
UPDATE sms_template SET withdrawn_at = now() WHERE template = 'fees_due';
INSERT INTO sms_template (template, language, body, valid, source, certainty)
VALUES ('fees_due', 'en', 'Pay {amount} for {no} by {due}, bill {bill}.', '[2012-01-01,)', 'test', 'likely'),
       ('fees_due', 'ar', 'ادفعوا {amount} عن {no} حتى {due}، الفاتورة {bill}.', '[2012-01-01,)', 'test', 'likely');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT body FROM sms_template WHERE template = 'fees_due' AND withdrawn_at IS NULL ORDER BY language;
ROLLBACK TO s;

\echo == a text has what the step that owes it is sure to have
CREATE FUNCTION pg_temp.replace(template text, english text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    UPDATE licence_home.sms_template AS t SET withdrawn_at = licence_home.now() WHERE t.template = $1 AND t.language = 'en';
    result := pg_temp.write($1, ARRAY[ARRAY['en', english]]);
    RAISE EXCEPTION USING ERRCODE = 'LH999', MESSAGE = result;
EXCEPTION WHEN SQLSTATE 'LH999' THEN
    RETURN SQLERRM;
END $$;
SELECT pg_temp.replace('application_accepted', '{no} by {due}, {decider}');
SELECT pg_temp.replace('application_accepted', '{no}: {licence}');
SELECT pg_temp.replace('application_accepted', '{no} on {date}');
SELECT pg_temp.replace('inspection_rescheduled', '{no} on {date}, not met before: {criteria}');
SELECT pg_temp.replace('correction_required', '{no}: {criteria}, by {due}');
SELECT pg_temp.replace('decision_approved', '{no}: {reason}');
SELECT pg_temp.replace('decision_approved', '{no}: {amount}');
SELECT pg_temp.replace('decision_refused', '{no} until {due}: {reason}');
SELECT pg_temp.replace('refused_by_authority', '{authority}, of {authorities}');
SELECT pg_temp.replace('fees_due', '{due} {amount} {bill} {licence}');
SELECT pg_temp.replace('licence_issued', '{licence} {until} {amount} {bill}');
-- a template that no workflow owes may have any
SELECT pg_temp.write('trial', '{{en,"{licence} {amount} {due}"},{ar,"رخصة {licence} مبلغ {amount} حتى {due}"}}');
-- and a workflow that would owe it is not sound
\pset tuples_only off
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    SELECT workflow, 2, name_ar, name_en, '[2027-01-01,)', 'test', 'likely' FROM workflow WHERE workflow = 'first_issue' AND version = 1;
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template, name_ar, name_en, source, certainty) SELECT workflow, 2, state, kind, waits_for, target_days, grace_days, deadline_template,
    name_ar, name_en, source, certainty FROM workflow_state WHERE workflow = 'first_issue';
INSERT INTO workflow_transition SELECT workflow, 2, action, from_state, to_state, role, preconditions, effects, messages,
    source, certainty FROM workflow_transition WHERE workflow = 'first_issue';
INSERT INTO workflow_evidence SELECT workflow, 2, state, evidence, operation, role, source, certainty
    FROM workflow_evidence WHERE workflow = 'first_issue';
UPDATE workflow_transition SET messages = messages || '{fees_due}'
    WHERE version = 2 AND action IN ('extend', 'withdraw', 'resubmit') AND from_state IN ('fee_due', 'documents_deficient');
UPDATE workflow_transition SET messages = '{documents_deficient}' WHERE version = 2 AND action = 'recall' AND 'cancel_inspection' = ANY (effects);
SELECT * FROM check_workflow('first_issue', 2) ORDER BY state, action, explanation;
ROLLBACK;
