--@ case A home baker in a building of 1965
--@ about Amal Khoury bakes in a kitchen of her own, in a house from before 1969: it needs an
--@ about assessment certificate and no occupancy permit. Food needs the approval of the food
--@ about authority. Three things are wrong at first, and each is put right.

--@ step demo_portal: Amal applies. Her assessment certificate is a photograph of the wrong page.
--@ show
--@ state submitted
--@ sms application_accepted: قُبل طلبكم للتدقيق، ورقمه {no}. أمانة عمان الكبرى.
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone)
    VALUES ('citizen', '9651087321', 'أمل خوري', 'Amal Khoury', '+962 78 555 0123')
    RETURNING applicant_id AS applicant \gset
INSERT INTO licence_home.application
    (applicant_id, profession, home, village, basin, parcel,
     home_area_m2, work_area_m2, built_on, employees, people, tenant)
VALUES (:applicant, 'home_baking', ST_SetSRID(ST_MakePoint(35.9310, 31.9570), 4326),
     'عمان', '33', '96', 140, 18, '1965-01-01', 1, 2, false)
    RETURNING application_no AS no \gset
SELECT document_type, why FROM licence_home.required_documents(:'no');
INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES (:'no', 'title_deed', '1965/118'),
           (:'no', 'construction_licence', '17/64');
INSERT INTO licence_home.document
    (application_no, document_type, attachment_type, attachment_sha256, attachment_locator)
VALUES (:'no', 'assessment_certificate', 'image/jpeg', sha256('the wrong page'), 'store/8841.jpg');
UPDATE licence_home.application SET state = 'submitted' WHERE application_no = :'no';
COMMIT;

--@ step demo_clerk_sami: Sami accepts the two numbers, but not the certificate, and returns the application.
--@ state documents_deficient
--@ sms documents_deficient: الطلب {no}: مرفقات غير صحيحة: شهادة تخمين*. يرجى استكمالها حتى *.
BEGIN;
UPDATE licence_home.document
    SET review = CASE document_type WHEN 'assessment_certificate' THEN 'incorrect' ELSE 'accepted' END
    WHERE application_no = :'no';
SELECT licence_home.perform(:'no', 'return_documents');
COMMIT;

--@ later morning

--@ step demo_portal: Amal attaches the right page and resubmits.
--@ state submitted
BEGIN;
SELECT licence_home.act_for(:applicant);
-- Evidence is never overwritten: the latest document of its type counts.
INSERT INTO licence_home.document
    (application_no, document_type, attachment_type, attachment_sha256, attachment_locator)
VALUES (:'no', 'assessment_certificate', 'image/jpeg', sha256('the right page'), 'store/8847.jpg');
SELECT licence_home.perform(:'no', 'resubmit');
COMMIT;

--@ step demo_clerk_sami: Sami accepts it and sets a day for the inspection.
--@ state inspection_scheduled
--@ sms inspection_scheduled: موعد الكشف للطلب {no}: * الساعة 11:30.
BEGIN;
UPDATE licence_home.document SET review = 'accepted'
    WHERE application_no = :'no' AND review = 'pending';
INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for)
    VALUES (:'no', 'demo_inspector_rana',
        (licence_home.add_working_days(licence_home.today(), 2) + time '11:30') AT TIME ZONE 'Asia/Amman');
SELECT licence_home.perform(:'no', 'schedule_inspection');
COMMIT;

--@ later inspection

--@ step demo_inspector_rana: Rana finds gas bottles beside the oven: something to put right.
--@ state correction_required
--@ sms correction_required: الطلب {no}: الكشف غير مطابق: *. يرجى التصويب حتى *.
BEGIN;
INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling, note)
    SELECT i.inspection_id, c.criterion,
        CASE c.criterion WHEN 'hazardous_materials' THEN 'not_met' ELSE 'met' END,
        CASE c.criterion WHEN 'hazardous_materials' THEN 'three full gas bottles beside the oven' END
    FROM licence_home.inspection AS i
    CROSS JOIN LATERAL licence_home.inspection_checklist(i.application_no) AS c
    WHERE i.application_no = :'no' AND i.outcome = 'pending';
UPDATE licence_home.inspection SET outcome = 'failed' WHERE application_no = :'no' AND outcome = 'pending';
SELECT licence_home.perform(:'no', 'require_correction');
COMMIT;

--@ later morning

--@ step demo_portal: Amal has the bottles moved outside and reports it.
--@ state submitted
BEGIN;
SELECT licence_home.act_for(:applicant);
SELECT licence_home.perform(:'no', 'report_correction', 'the bottles are in a ventilated box outside');
COMMIT;

--@ step demo_clerk_huda: Huda sets a day for a second inspection.
--@ state inspection_scheduled
--@ sms inspection_scheduled: موعد الكشف للطلب {no}: * الساعة 09:00.
BEGIN;
INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for)
    VALUES (:'no', 'demo_inspector_rana',
        (licence_home.add_working_days(licence_home.today(), 1) + time '09:00') AT TIME ZONE 'Asia/Amman');
SELECT licence_home.perform(:'no', 'schedule_inspection');
COMMIT;

--@ later inspection

--@ step demo_inspector_rana: All is well now. Rana refers the case to the committee.
--@ state committee_review
BEGIN;
INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
    SELECT i.inspection_id, c.criterion, 'met'
    FROM licence_home.inspection AS i
    CROSS JOIN LATERAL licence_home.inspection_checklist(i.application_no) AS c
    WHERE i.application_no = :'no' AND i.outcome = 'pending';
UPDATE licence_home.inspection
    SET outcome = 'passed', measured_home_area_m2 = 141, measured_work_area_m2 = 17.75
    WHERE application_no = :'no' AND outcome = 'pending';
SELECT licence_home.perform(:'no', 'refer_to_committee');
COMMIT;

--@ later morning

--@ step demo_committee_lina: The committee approves; the food authority has to agree, too.
--@ state external_approval_pending
--@ sms decision_approved: قرار اللجنة المختصة في الطلب {no}: الموافقة. بانتظار الخطوة التالية.
--@ sms external_approval_required: الطلب {no}: المطلوب موافقة المؤسسة العامة للغذاء والدواء حتى *.
BEGIN;
INSERT INTO licence_home.decision (application_no, outcome, decided_by)
    VALUES (:'no', 'approved', 'committee, session 15');
SELECT licence_home.perform(:'no', 'approve');
COMMIT;

--@ later morning

--@ step demo_portal: Amal sends the authority's approval, but that of her sister's kitchen.
--@ state approvals_review
BEGIN;
SELECT licence_home.act_for(:applicant);
INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on)
    VALUES (:'no', 'jfda', 'JFDA/22019', 'granted', licence_home.today());
SELECT licence_home.perform(:'no', 'submit_approvals');
COMMIT;

--@ step demo_clerk_huda: Huda sees another address on it and returns it.
--@ state approvals_deficient
--@ sms approvals_deficient: الطلب {no}: موافقات غير صحيحة: *المؤسسة العامة للغذاء والدواء*. يرجى استكمالها حتى *.
BEGIN;
UPDATE licence_home.external_approval SET review = 'incorrect' WHERE application_no = :'no';
SELECT licence_home.perform(:'no', 'return_approvals');
COMMIT;

--@ later morning

--@ step demo_portal: Amal sends her own.
--@ state approvals_review
BEGIN;
SELECT licence_home.act_for(:applicant);
INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on, expires_on)
    VALUES (:'no', 'jfda', 'JFDA/22024', 'granted', licence_home.today(), licence_home.today() + 365);
SELECT licence_home.perform(:'no', 'resubmit_approvals');
COMMIT;

--@ step demo_clerk_huda: Huda accepts it: the fee is due.
--@ state fee_due
--@ sms fees_due: رسوم الطلب {no}: المبلغ * د.أ، الفاتورة *، حتى *.
BEGIN;
UPDATE licence_home.external_approval SET review = 'accepted'
    WHERE application_no = :'no' AND review = 'pending';
SELECT licence_home.perform(:'no', 'accept_approvals');
COMMIT;

--@ later morning

--@ step demo_cashier: Amal pays in two halves. After the first the rest stays due.
--@ show
--@ state fee_due
--@ sms payment_incomplete: الفاتورة *: وصل 15.000 د.أ والباقي 15.000 د.أ حتى *.
SELECT p.reference, p.bill, p.paid, p.outcome
    FROM licence_home.invoice AS i
    CROSS JOIN LATERAL licence_home.record_payment('EFA-70002', i.invoice_no, round(i.amount / 2, 3)) AS p
    WHERE i.application_no = :'no';

--@ step demo_cashier: The second half issues the licence.
--@ show
--@ state issued
--@ sms licence_issued: صدرت الرخصة L* للطلب {no}، سارية حتى *.
SELECT p.reference, p.bill, p.paid, p.outcome
    FROM licence_home.invoice AS i
    CROSS JOIN LATERAL licence_home.record_payment('EFA-70003', i.invoice_no, round(i.amount / 2, 3)) AS p
    WHERE i.application_no = :'no';
