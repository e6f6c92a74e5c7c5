-- ---------------------------------------------------------------------
-- Amman: the texts of the messages.
--
-- Placeholders: {no} the application, {licence} the licence, {bill} the
-- invoice, {amount} in JOD, {due} {until} {date} days, {weekday} and {time} of
-- the appointment, {criteria} labels of what was not met, {deficiencies} and
-- {approval_deficiencies} what is missing and what is incorrect, {decider}
-- committee or director, {reason} {closure_reason} coded labels, {sent_on} the day
-- of a message that was taken back, {authorities} {authority}, {received} and {rest} of
-- the open bill, {reversed} a payment taken back, {repay_until} the day to pay again,
-- {refund} {refund_bill} what is to be paid back, {refunded} {refunded_bill} what was,
-- {municipality}, {from} the first day of what a case changed, {copy} the number of a copy.
--
-- A native speaker at the municipality has the last word on the wording.  A
-- deficiency may name many things and gets a third part.  In Arabic a word
-- stands between two numbers, or a telephone shows them in each other's place
-- (src/sms/text/bidi_check.c).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_messages() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.sms_template
        (template, language, body, max_parts, priority, expires_after, send_from, send_until, valid, source, certainty)
    SELECT v.template, t.language, t.body, v.max_parts,
        -- an appointment does not wait behind a backlog, nor an alarm
        CASE WHEN v.template ~ '^(inspection_|(phone_changed|breach_notice)$)' THEN 2 ELSE 0 END,
        -- longer than any run of holidays: nobody need watch the gateway in them
        interval '14 days',
        -- by day, but for what answers a person's own act: whom the office writes to need not wake
        CASE WHEN v.template !~ '^(phone_changed|licence_issued|payment_incomplete)$' THEN time '08:00' END,
        CASE WHEN v.template !~ '^(phone_changed|licence_issued|payment_incomplete)$' THEN time '20:00' END,
        daterange('2012-01-01', NULL),
        v.source || '; wording: this project', v.certainty
    FROM (VALUES
        ('application_accepted', 2,
            'قُبل طلبكم للتدقيق، ورقمه {no}. أمانة عمان الكبرى.',
            'GAM: your application for a home-profession licence has been accepted for review. Its number is {no}.',
            'service card, step 2', 'card'),
        ('documents_deficient', 3,
            'الطلب {no}: مرفقات {deficiencies}. يرجى استكمالها حتى {due}.',
            'Application {no}: {deficiencies}. Please complete by {due}.',
            'service card, step 3', 'card'),
        ('inspection_scheduled', 2,
            'موعد الكشف للطلب {no}: {weekday} {date} الساعة {time}.',
            'Application {no}: inspection of your home on {weekday} {date} at {time}. Please have an adult at home.',
            'service card, step 4', 'card'),
        ('inspection_rescheduled', 2,
            'الطلب {no}: تغيّر موعد الكشف إلى {weekday} {date} الساعة {time}.',
            'Application {no}: the inspection has moved to {weekday} {date} at {time}.',
            'inferred from the service card, step 4', 'likely'),
        ('inspection_cancelled', 2,
            'الطلب {no}: أُلغي موعد الكشف، وسنبلغكم موعدًا آخر.',
            'Application {no}: the inspection appointment is cancelled. We will tell you another.',
            'inferred: who waits at home is told', 'likely'),
        ('correction_required', 3,
            'الطلب {no}: الكشف غير مطابق: {criteria}. يرجى التصويب حتى {due}.',
            'Application {no}: conditions not met at inspection: {criteria}. Put right and report by {due}.',
            'service card, step 5', 'card'),
        ('decision_approved', 2,
            'قرار {decider} في الطلب {no}: الموافقة. بانتظار الخطوة التالية.',
            'Application {no}: approved by {decider}. This is not yet the licence; the next step follows.',
            'service card, step 6', 'card'),
        ('decision_refused', 2,
            'قرار {decider} في الطلب {no}: عدم الموافقة. السبب: {reason}.',
            'Application {no}: not approved by {decider}. Reason: {reason}.',
            'service card, step 6', 'card'),
        ('external_approval_required', 2,
            'الطلب {no}: المطلوب موافقة {authorities} حتى {due}.',
            'Application {no}: approval required from {authorities}. Send it by {due}.',
            'service card, step 7', 'card'),
        ('approvals_deficient', 3,
            'الطلب {no}: موافقات {approval_deficiencies}. يرجى استكمالها حتى {due}.',
            'Application {no}: {approval_deficiencies}. Please complete by {due}.',
            'service card, step 8', 'card'),
        ('refused_by_authority', 2,
            'الطلب {no}: عدم الموافقة، لرفض {authority}.',
            'Application {no}: not approved, because {authority} refused.',
            'inferred: a refusal ends the case', 'likely'),
        ('fees_due', 2,
            'رسوم الطلب {no}: المبلغ {amount} د.أ، الفاتورة {bill}، حتى {due}.',
            'Application {no}: fee due JOD {amount}, bill number {bill}, payable until {due}.',
            'service card, step 9', 'card'),
        ('application_lapsed', 2,
            'الطلب {no}: انتهى لمضي المهلة. يمكنكم تقديم طلب جديد.',
            'Application {no} ended because its deadline passed. You can apply again.',
            'inferred: who lost a case is told', 'likely'),
        ('application_closed', 2,
            'الطلب {no}: أُغلق. السبب: {closure_reason}.',
            'Application {no} is closed. Reason: {closure_reason}.',
            'inferred: who lost a case is told', 'likely'),
        ('application_withdrawn', 2,
            'الطلب {no}: سُحب بطلب منكم. إن لم تطلبوا ذلك فراجعونا.',
            'Application {no} was withdrawn at your request. If not, contact us.',
            'inferred: nobody else may withdraw it', 'likely'),
        ('sent_in_error', 2,
            'الطلب {no}: أُرسلت رسالتنا يوم {sent_on} خطأً، فأهملوها.',
            'Application {no}: our message of {sent_on} was a mistake. Please disregard it.',
            'inferred: an official''s mistake is undone', 'likely'),
        ('deadline_extended', 2,
            'الطلب {no}: مُدّدت المهلة حتى {due}.',
            'Application {no}: your deadline is extended until {due}.',
            'inferred: a deadline may be put off', 'likely'),
        ('licence_issued', 2,
            'صدرت الرخصة {licence} للطلب {no}، سارية حتى {until}.',
            'Licence {licence} has been issued for application {no}, valid until {until}.',
            'service card, step 10', 'card'),
        ('licence_renewed', 1,
            'جُدّدت الرخصة {licence} حتى {until}.',
            'Licence {licence} is renewed until {until}.',
            'inferred: who renewed is told', 'likely'),
        ('licence_amended', 1,
            'عُدّلت الرخصة {licence} اعتبارًا من {from}.',
            'Licence {licence} is amended from {from}.',
            'inferred: whose licence changed is told', 'likely'),
        ('licence_transferred', 2,
            'نُقلت الرخصة {licence} إلى حاملها الجديد من {from}.',
            'Licence {licence} passed to its new holder on {from}.',
            'inferred: the new holder is told', 'likely'),
        ('licence_surrendered', 2,
            'أُنهيت الرخصة {licence} بطلب منكم، وآخر يوم لها {until}.',
            'Licence {licence} is ended at your request. Its last day is {until}.',
            'inferred: nobody else may end it so', 'likely'),
        ('duplicate_issued', 2,
            'صدرت للرخصة {licence} نسخة رقم {copy} بدل النسخ السابقة.',
            'Copy {copy} of licence {licence} is issued. It replaces earlier copies.',
            'inferred: who lost the paper is told', 'likely'),
        ('bill_replaced', 2,
            'الطلب {no}: فاتورة بديلة {bill} بمبلغ {amount} د.أ حتى {due}.',
            'Application {no}: new bill {bill} replaces the former: JOD {amount}, until {due}.',
            'inferred: a wrong bill is made anew', 'likely'),
        ('application_reopened', 2,
            'الطلب {no}: أُغلق خطأً وأُعيد فتحه، ويستمر النظر فيه.',
            'Application {no} was closed by mistake. It is open again and goes on.',
            'inferred: an official''s mistake is undone', 'likely'),
        ('application_moved', 2,
            'الطلب {no}: سُجّل باسمكم خطأً ونُقل إلى صاحبه. لا إجراء عليكم.',
            'Application {no} was entered under your name by mistake and has passed to its applicant. You need do nothing.',
            'inferred: an official''s mistake is undone', 'likely'),
        ('payment_incomplete', 2,
            'الفاتورة {bill}: وصل {received} د.أ والباقي {rest} د.أ حتى {due}.',
            'Bill {bill}: JOD {received} received, JOD {rest} due until {due}.',
            'inferred: who paid a part is told the rest', 'likely'),
        ('payment_reversed', 2,
            'الفاتورة {bill}: أُلغيت دفعة {reversed} د.أ. يرجى الدفع حتى {due}.',
            'Bill {bill}: a payment of JOD {reversed} was taken back. Please pay until {due}.',
            'inferred: a bill that is open again is told', 'likely'),
        ('payment_reversed_later', 2,
            'الفاتورة {bill}: أُلغيت دفعة {reversed} د.أ بعد صدور الرخصة. يرجى الدفع حتى {repay_until}.',
            'Bill {bill}: a payment of JOD {reversed} was taken back after your licence was issued. Please pay until {repay_until}.',
            'inferred: a licence does not rest on money that went back', 'likely'),
        ('payment_waived', 2,
            'الفاتورة {bill}: لا يلزم دفع ما أُلغي بعد صدور الرخصة.',
            'Bill {bill}: what was taken back after your licence was issued need not be paid.',
            'inferred: who was asked to pay is told that it is not to be paid', 'likely'),
        ('sanction_ahead', 2,
            'الفاتورة {bill}: لم يُدفع ما أُلغي بعد صدور الرخصة. سيُنظر في أمر الرخصة.',
            'Bill {bill}: what was taken back after your licence was issued is not paid. Your licence will be looked into.',
            'inferred: who was asked to pay is told what follows', 'likely'),
        ('refund_due', 2,
            'لكم {refund} د.أ عن الفاتورة {refund_bill}، تُسترد من الصندوق.',
            'You can have back JOD {refund} paid on bill {refund_bill}. Ask the cashier.',
            'inferred: money beyond a bill goes back', 'likely'),
        ('refund_made', 2,
            'أُعيد إليكم {refunded} د.أ عن الفاتورة {refunded_bill}.',
            'JOD {refunded} paid on bill {refunded_bill} has been paid back.',
            'inferred: money beyond a bill goes back', 'likely'),
        ('phone_changed', 1,
            'غُيّر رقم هاتفكم لدى {municipality}. إن لم تطلبوا ذلك فراجعونا.',
            '{municipality}: your telephone number was changed. If not by you, contact us.',
            'inferred: nobody else may change it', 'likely'),
        ('breach_notice', 2,
            'اطّلع شخص دون حق على بياناتكم لدى {municipality}. يرجى مراجعتنا.',
            '{municipality}: someone saw your data without right. Please contact us.',
            'Law 24 of 2023, as the service card has it: the people affected are told', 'likely'),
        ('agent_ended', 2,
            'الطلب {no}: انتهت وكالة وكيلكم. تابعوه أو وكّلوا غيره.',
            'Application {no}: your agent''s power ended. Continue yourself or appoint another.',
            'inferred: who relied on an agent has to know', 'likely'),
        ('owner_withdrew', 2,
            'الطلب {no}: سحب المالك موافقته. لكم الرد قبل البت في ذلك.',
            'Application {no}: the owner withdraws the approval. You can answer before we decide.',
            'inferred: the tenant is heard first', 'likely'),
        ('owner_approval_ended', 2,
            'الطلب {no}: انتهت موافقة المالك. يرجى تقديم موافقة أخرى.',
            'Application {no}: the owner''s approval has ended. Please supply another.',
            'inferred: whom a decision concerns is told', 'likely'),
        ('owner_approval_stands', 2,
            'الطلب {no}: تبقى موافقة المالك سارية. لا إجراء عليكم.',
            'Application {no}: the owner''s approval still counts. You need do nothing.',
            'inferred: whom a decision concerns is told', 'likely')
    ) AS v (template, max_parts, body_ar, body_en, source, certainty)
    CROSS JOIN LATERAL (VALUES ('ar', v.body_ar), ('en', v.body_en)) AS t (language, body);

    INSERT INTO licence_home.sms_retention (archive_after, keep, valid, source, certainty)
    VALUES (interval '30 days', interval '2 years', daterange('2012-01-01', NULL),
        'illustrative: what Law 24 of 2023 and the archives ask for is not known here', 'unknown');
    INSERT INTO licence_home.phone_rule (failed_in_a_row, valid, source, certainty)
    VALUES (3, daterange('2012-01-01', NULL),
        'illustrative: how often a telephone fails before it is given up is not known here', 'unknown');
    INSERT INTO licence_home.retention_rule (keep, valid, source, certainty)
    VALUES (interval '10 years', daterange('2012-01-01', NULL),
        'illustrative: what Law 24 of 2023 and the archives ask for is not known here', 'unknown');
END;
COMMENT ON FUNCTION licence_home.amman_messages() IS
'Part of load_rules(''amman''): the texts of the messages, in Arabic and in English, and how long sent ones are kept.';
CALL licence_home_internal.make_function('licence_home.amman_messages()', 'admin');
