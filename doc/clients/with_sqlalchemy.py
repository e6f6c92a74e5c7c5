"""The journey with SQLAlchemy's ORM, its classes made from the catalogue by automap."""
import sys
import warnings

import sqlalchemy
from sqlalchemy import create_engine, MetaData, select, text
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, load_only

identity_no = sys.argv[1]
warnings.simplefilter("ignore", SAWarning)     # it does not know the types by name, and takes them for text
driver = "postgresql+psycopg2"
portal = create_engine(f"{driver}://portal_login@/")
clerk = create_engine(f"{driver}://clerk_login@/")
metadata = MetaData(schema="licence_home")
metadata.reflect(portal, only=["applicant", "application", "document", "inspection"])
Base = automap_base(metadata=metadata)
# a column and a relation of one name (workflow): the documented way out
Base.prepare(name_for_scalar_relationship=lambda base, local, referred, constraint: referred.__name__ + "_row")
classes = Base.classes


def act_for(session, applicant_id):
    session.execute(text("SELECT licence_home.act_for(:id)"), {"id": applicant_id})


with Session(portal) as session, session.begin():
    person = classes.applicant(kind="citizen", identity_no=identity_no, name_ar="سلمى", name_en="Salma",
                               phone="079" + identity_no[3:])
    session.add(person)
    session.flush()
    print("registered")
    case = classes.application(
        applicant_id=person.applicant_id, profession="electronic_marketing", home="SRID=4326;POINT(35.84 31.98)",
        village="142 اليادودة", basin="5 الحنو", parcel=identity_no, home_area_m2=120, work_area_m2=15,
        built_on="1995-06-01", employees=0, people=1, tenant=False)
    session.add(case)
    session.flush()
    print(case.state)
    for kind, number in [("title_deed", "2012/1"), ("occupancy_permit", "1995/2"), ("construction_licence", "1994/3")]:
        session.add(classes.document(application_no=case.application_no, document_type=kind, reference_no=number))
    session.flush()
    case.state = "submitted"
    session.flush()
    session.refresh(case)
    print(case.state)
    applicant_id, application_no = person.applicant_id, case.application_no
    found = session.execute(select(classes.application).where(classes.application.application_no.in_([application_no])))
    print("found", len(found.all()))


def refused(work):
    try:
        with Session(portal) as session, session.begin():
            act_for(session, applicant_id)
            work(session)
            session.flush()
    except DBAPIError as error:
        print("refused", error.orig.pgcode, error.orig.diag.column_name or "")


refused(lambda session: session.get(classes.application, "no number"))
refused(lambda session: session.add(classes.application(applicant_id=applicant_id, profession="jams", district=3)))

with Session(clerk) as session, session.begin():
    # an official names the columns: numbers and copies of documents are read by case_card()
    documents = session.execute(
        select(classes.document).options(load_only(classes.document.review))
        .where(classes.document.application_no == application_no)).scalars().all()
    for document in documents:
        document.review = "accepted"
    session.flush()
    print("reviewed", len(documents))
    session.add(classes.inspection(application_no=application_no, scheduled_for="2026-03-05 09:30+03", inspector=identity_no))
    session.flush()
    session.get(classes.application, application_no, options=[load_only(classes.application.state)]).state = "inspection_scheduled"

with Session(portal) as session, session.begin():
    act_for(session, applicant_id)
    case = session.get(classes.application, application_no)
    print("read", case.state, case.applicant_row.name_en, case.work_area_m2)
