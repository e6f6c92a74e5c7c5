--@ case What the rules forbid
--@ about Faris Odeh wants to make soap in half of a flat that lies in a zone of heavy industry.

--@ step demo_portal: Faris fills in an application, gives his documents and tries to submit it.
--@ state draft
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone)
    VALUES ('citizen', '9900456123', 'فارس عودة', 'Faris Odeh', '00962 77 700 8899')
    RETURNING applicant_id AS applicant \gset
INSERT INTO licence_home.application
    (applicant_id, profession, home, village, basin, parcel,
     home_area_m2, work_area_m2, built_on, employees, people, tenant)
VALUES (:applicant, 'soap_making', ST_SetSRID(ST_MakePoint(35.9700, 31.8850), 4326),
     'أبو علندا', '5', '1203', 100, 50, '1988-04-01', 0, 1, false)
    RETURNING application_no AS no \gset
INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES (:'no', 'title_deed', '1988/77'), (:'no', 'occupancy_permit', '902/88'),
           (:'no', 'construction_licence', '55/87');
COMMIT;

--@ step demo_portal: The submission is refused, with every reason.
--@ refused LH004
--@ state draft
BEGIN;
SELECT licence_home.act_for(:applicant);
UPDATE licence_home.application SET state = 'submitted' WHERE application_no = :'no';
COMMIT;

--@ step demo_portal: The portal shows him the same as rows, and what he could do about it.
--@ show
--@ state draft
BEGIN;
SELECT licence_home.act_for(:applicant);
SELECT criterion, required, observed, remedy_en AS remedy
    FROM licence_home.eligibility(:'no') WHERE ruling IN ('not_met', 'not_proven');
COMMIT;

--@ step demo_portal: Faris withdraws. No message was owed, and none was sent.
--@ state withdrawn
BEGIN;
SELECT licence_home.act_for(:applicant);
SELECT licence_home.perform(:'no', 'withdraw');
COMMIT;
