-- Part of sms.sh: :messages wait, :each of them to a person, one right after
-- the other; texts of 70 to 90 characters, as the templates give them.  What
-- was there goes.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET session_replication_role = replica;
TRUNCATE licence_home.sms_message_text, licence_home.sms_queue, licence_home.sms_attempt, licence_home.sms_run;

INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone) OVERRIDING SYSTEM VALUE
SELECT p, 'citizen', (1000000000 + p)::text, 'اسم', ('07' || 7 + p % 3 || lpad((p % 10000000)::text, 7, '0'))::licence_home.phone_number
  FROM generate_series((SELECT coalesce(max(a.applicant_id), 0) + 1 FROM licence_home.applicant AS a), :messages / :each) AS p;

INSERT INTO licence_home.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts, created_at)
SELECT n.no, 1, 1 + (n.m - 1) / :each, 'bench', 'ar', a.phone, t.body, licence_home.sms_parts(t.body),
       now() + (n.m - :messages) * interval '1 microsecond'
  FROM (SELECT m, licence_home.application_no_make(2026, m) AS no FROM generate_series(1, :messages) AS m) AS n
  JOIN licence_home.applicant AS a ON a.applicant_id = 1 + (n.m - 1) / :each
 CROSS JOIN LATERAL (SELECT CASE n.m % 4
       WHEN 0 THEN format('موعد الكشف للطلب %s: الثلاثاء 14/4/2026 الساعة 10:30. أمانة عمان الكبرى.', n.no)
       WHEN 1 THEN format('الطلب %s: الكشف غير مطابق: مساحة العمل، اللافتة. يرجى التصويب حتى 30/4/2026.', n.no)
       WHEN 2 THEN format('رسوم الطلب %s: 25.000 د.أ، الفاتورة B2026-%s، حتى 30/4/2026. أمانة عمان.', n.no, lpad(n.m::text, 8, '0'))
       ELSE format('الطلب %s: مرفقات ناقصة: إذن الأشغال. يرجى استكمالها حتى 30/4/2026.', n.no) END AS body) AS t
 ORDER BY n.m;

INSERT INTO licence_home.sms_queue (message_id, applicant_id, lane, turn, expires_at)
SELECT message_id, applicant_id, priority, created_at, created_at + lasts
  FROM licence_home.sms_message_text
 ORDER BY message_id;

RESET session_replication_role;
VACUUM ANALYZE licence_home.sms_message_text, licence_home.sms_queue, licence_home.sms_attempt, licence_home.applicant;
CHECKPOINT;
