"""The journey with psycopg 3."""
import sys

import psycopg

identity_no = sys.argv[1]
documents = [("title_deed", "2012/1"), ("occupancy_permit", "1995/2"), ("construction_licence", "1994/3")]

portal = psycopg.connect(user="portal_login")
with portal.transaction(), portal.cursor() as cursor:
    cursor.execute(
        "INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING applicant_id",
        ("citizen", identity_no, "سلمى", "Salma", "079" + identity_no[3:], None))
    applicant_id = cursor.fetchone()[0]
    print("registered")
    cursor.execute(
        "INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel,"
        " home_area_m2, work_area_m2, built_on, employees, people, tenant)"
        " VALUES (%s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " RETURNING application_no, state",
        (applicant_id, "electronic_marketing", 35.84, 31.98, "142 اليادودة", "5 الحنو", identity_no,
         120, 15, "1995-06-01", 0, 1, False))
    application_no, state = cursor.fetchone()
    print(state)
    cursor.executemany(
        "INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (%s, %s, %s)",
        [(application_no, kind, number) for kind, number in documents])
    cursor.execute("UPDATE licence_home.application SET state = 'submitted' WHERE application_no = %s RETURNING state",
                   (application_no,))
    print(cursor.fetchone()[0])
    cursor.execute("SELECT count(*) FROM licence_home.application WHERE application_no = ANY (%s)", ([application_no],))
    print("found", cursor.fetchone()[0])


def refused(statement, *values):
    try:
        with portal.transaction(), portal.cursor() as cursor:
            cursor.execute("SELECT licence_home.act_for(%s)", (applicant_id,))
            cursor.execute(statement, values)
    except psycopg.Error as error:
        print("refused", error.sqlstate, error.diag.column_name or "")


refused("SELECT 1 FROM licence_home.application WHERE application_no = %s", "no number")
refused("INSERT INTO licence_home.application (applicant_id, profession, district) VALUES (%s, 'jams', 3)", applicant_id)

clerk = psycopg.connect(user="clerk_login")
with clerk.transaction(), clerk.cursor() as cursor:
    cursor.execute("UPDATE licence_home.document SET review = 'accepted' WHERE application_no = %s", (application_no,))
    print("reviewed", cursor.rowcount)
    cursor.execute("INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES (%s, %s, %s)",
                   (application_no, "2026-03-05 09:30+03", identity_no))
    cursor.execute("UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE application_no = %s",
                   (application_no,))

with portal.transaction(), portal.cursor() as cursor:
    cursor.execute("SELECT licence_home.act_for(%s)", (applicant_id,))
    cursor.execute("SELECT a.state, p.name_en, a.work_area_m2 FROM licence_home.application AS a"
                   " JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = %s", (application_no,))
    print("read", *cursor.fetchone())
