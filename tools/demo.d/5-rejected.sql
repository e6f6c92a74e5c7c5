--@ case What the committee rejects
--@ about Nadia Qasem, a resident who reads English, takes typing work in a flat in the market.
--@ about For a commercial zone the rules leave the decision to the committee.

--@ step demo_portal: Nadia applies.
--@ show
--@ state submitted
--@ sms application_accepted: GAM: your application for a home-profession licence has been accepted for review. Its number is {no}.
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language)
    VALUES ('resident', '2000145518', 'نادية قاسم', 'Nadia Qasem', '٠٧٩٨٨٧٧٦٦٥', 'en')
    RETURNING applicant_id AS applicant \gset
INSERT INTO licence_home.application
    (applicant_id, profession, home, village, basin, parcel,
     home_area_m2, work_area_m2, built_on, employees, people, tenant)
VALUES (:applicant, 'typing_secretarial', ST_SetSRID(ST_MakePoint(35.9375, 31.9515), 4326),
     'عمان', '2', '410', 90, 10, '1974-01-01', 0, 1, false)
    RETURNING application_no AS no \gset
SELECT criterion, ruling, message_en AS message
    FROM licence_home.eligibility(:'no') WHERE criterion IN ('zone', 'work_area');
INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES (:'no', 'title_deed', '1974/910'), (:'no', 'construction_licence', '83/73');
UPDATE licence_home.application SET state = 'submitted' WHERE application_no = :'no';
COMMIT;

--@ step demo_clerk_sami: Sami accepts the documents and sets a day for the inspection.
--@ state inspection_scheduled
--@ sms inspection_scheduled: Application {no}: inspection of your home on * at 13:00. Please have an adult at home.
BEGIN;
UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no';
INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for)
    VALUES (:'no', 'demo_inspector_omar',
        (licence_home.add_working_days(licence_home.today(), 1) + time '13:00') AT TIME ZONE 'Asia/Amman');
SELECT licence_home.perform(:'no', 'schedule_inspection');
COMMIT;

--@ later inspection

--@ step demo_inspector_omar: Omar finds the rooms as declared.
--@ state committee_review
BEGIN;
INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling)
    SELECT i.inspection_id, c.criterion, 'met'
    FROM licence_home.inspection AS i
    CROSS JOIN LATERAL licence_home.inspection_checklist(i.application_no) AS c
    WHERE i.application_no = :'no' AND i.outcome = 'pending';
UPDATE licence_home.inspection
    SET outcome = 'passed', measured_home_area_m2 = 90, measured_work_area_m2 = 10
    WHERE application_no = :'no' AND outcome = 'pending';
SELECT licence_home.perform(:'no', 'refer_to_committee');
COMMIT;

--@ later morning

--@ step demo_director_yousef: The district director tries to reject it himself: under the instructions of 2020 that is the committee's.
--@ refused LH002
--@ state committee_review
SELECT licence_home.perform(:'no', 'reject');

--@ step demo_committee_lina: The committee refuses, with a coded reason.
--@ state rejected
--@ sms decision_refused: Application {no}: not approved by the competent committee. Reason: the zone does not suit the profession.
BEGIN;
INSERT INTO licence_home.decision (application_no, outcome, reason, decided_by)
    VALUES (:'no', 'refused', 'zone', 'committee, session 16');
UPDATE licence_home.application SET state = 'rejected' WHERE application_no = :'no';
COMMIT;
