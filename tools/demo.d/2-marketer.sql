--@ case An electronic marketer in residential B
--@ about Salma Haddad markets for small shops, at a desk in her own flat of 1995.
--@ about Nothing is wrong with her application.

--@ step demo_portal: Salma registers on the portal and fills in an application.
--@ state draft
BEGIN;
-- Registering gives the right to act for that applicant in the transaction.
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone)
    VALUES ('citizen', '٩٨٧١٠٢٣٤٥٦', 'سلمى حداد', 'Salma Haddad', '0791234567')
    RETURNING applicant_id AS applicant \gset
INSERT INTO licence_home.application
    (applicant_id, profession, home, village, basin, parcel, building_no, floor, unit,
     home_area_m2, work_area_m2, built_on, employees, people, tenant)
VALUES (:applicant, 'electronic_marketing', ST_SetSRID(ST_MakePoint(35.8660, 32.0010), 4326),
     'تلاع العلي', '14', '812', '7', '2', '4',
     120, 15, '1995-06-01', 0, 1, false);
COMMIT;

--@ step demo_portal: She sees which documents she needs, gives their numbers and submits.
--@ show
--@ state submitted
--@ sms application_accepted: قُبل طلبكم للتدقيق، ورقمه {no}. أمانة عمان الكبرى.
BEGIN;
SELECT licence_home.act_for(:applicant);
SELECT document_type, why FROM licence_home.required_documents(:'no');
INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES (:'no', 'title_deed', '1995/2207'),
           (:'no', 'occupancy_permit', '4410/95'),
           (:'no', 'construction_licence', '311/94');
UPDATE licence_home.application SET state = 'submitted' WHERE application_no = :'no';
COMMIT;

--@ step demo_clerk_huda: Huda accepts the documents and sets a day for the inspection.
--@ state inspection_scheduled
--@ sms inspection_scheduled: موعد الكشف للطلب {no}: * الساعة 10:00.
BEGIN;
UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no';
INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for)
    VALUES (:'no', 'demo_inspector_omar',
        (licence_home.add_working_days(licence_home.today(), 2) + time '10:00') AT TIME ZONE 'Asia/Amman');
UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE application_no = :'no';
COMMIT;

--@ later inspection

--@ step demo_inspector_omar: Omar measures, finds every point of his checklist met, and refers the case.
--@ show
--@ state committee_review
BEGIN;
SELECT criterion, look_at_en AS "what to look at" FROM licence_home.inspection_checklist(:'no');
INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
    SELECT i.inspection_id, c.criterion, 'met'
    FROM licence_home.inspection AS i
    CROSS JOIN LATERAL licence_home.inspection_checklist(i.application_no) AS c
    WHERE i.application_no = :'no' AND i.outcome = 'pending';
UPDATE licence_home.inspection
    SET outcome = 'passed', measured_home_area_m2 = 119.6, measured_work_area_m2 = 14.2
    WHERE application_no = :'no' AND outcome = 'pending';
SELECT licence_home.perform(:'no', 'refer_to_committee');
COMMIT;

--@ later morning

--@ step demo_committee_lina: The committee approves. No other authority is needed, so the fee is due.
--@ state fee_due
--@ sms decision_approved: قرار اللجنة المختصة في الطلب {no}: الموافقة. بانتظار الخطوة التالية.
--@ sms fees_due: رسوم الطلب {no}: المبلغ * د.أ، الفاتورة *، حتى *.
BEGIN;
INSERT INTO licence_home.decision (application_no, outcome, decided_by)
    VALUES (:'no', 'approved', 'committee, session 14');
SELECT licence_home.perform(:'no', 'approve');
COMMIT;

--@ step demo_cashier: Salma pays. The payment that completes the bill issues the licence.
--@ show
--@ state issued
--@ sms licence_issued: صدرت الرخصة L* للطلب {no}، سارية حتى *.
SELECT p.reference, p.bill, p.paid, p.outcome
    FROM licence_home.invoice AS i
    CROSS JOIN LATERAL licence_home.record_payment('EFA-70001', i.invoice_no, i.amount) AS p
    WHERE i.application_no = :'no';

--@ step demo_cashier: The payment service says it again, as such services do. Nothing happens twice.
--@ show
--@ state issued
SELECT p.reference, p.bill, p.paid, p.outcome
    FROM licence_home.invoice AS i
    CROSS JOIN LATERAL licence_home.record_payment('EFA-70001', i.invoice_no, i.amount) AS p
    WHERE i.application_no = :'no';

--@ step demo_portal: Salma hangs up her sign. Anyone may ask the portal about the number on it.
--@ show
--@ state issued
BEGIN;
SELECT licence_home.act_for(:applicant);
SELECT l.licence_no, v.valid, v.profession_en AS profession, v.district_en AS district, v.valid_until
    FROM licence_home.licence AS l
    CROSS JOIN LATERAL licence_home.verify_licence(l.licence_no::text) AS v
    WHERE l.application_no = :'no';
COMMIT;
