"""The journey with Django, its models made from the catalogue by inspectdb."""
import io
import os
import re
import sys
import types

import django
from django.conf import settings

identity_no = sys.argv[1]
login = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres",
         "OPTIONS": {"options": "-c search_path=licence_home,public"}}
settings.configure(
    INSTALLED_APPS=[], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {**login, "USER": "portal_login"}, "clerk": {**login, "USER": "clerk_login"},
               # who makes the models sees every column; the logins that use them need not
               "developer": {**login, "USER": os.environ["SUPERUSER"]}})
django.setup()

from django.core.management import call_command
from django.db import connection, models, transaction, Error

output = io.StringIO()
call_command("inspectdb", "applicant", "application", "document", "inspection", "licence", "workflow", database="developer",
             stdout=output)
source = output.getvalue()
# (a case has many of each; its one licence has the case as a number that is unique, not as a foreign key)
assert not re.findall(r"OneToOneField\((\w+)", source), "nothing is one of its case by a foreign key: " + source
# What one edits by hand: before 4.1 Django does not know identity columns, and
# it sends '' for a key of text that says no other default.
source = source.replace("models.BigIntegerField(primary_key=True", "models.BigAutoField(primary_key=True")
source = source.replace("application_no = models.TextField(primary_key=True", "application_no = models.TextField(primary_key=True, default=None")
module = types.ModuleType("home.models")
module.__dict__["__name__"] = "home.models"
sys.modules["home.models"] = module
exec(compile(re.sub(r"class Meta:", "class Meta:\n        app_label = 'home'", source), "models", "exec"), module.__dict__)


def act_for(applicant_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT licence_home.act_for(%s)", [applicant_id])


with transaction.atomic():
    person = module.Applicant(kind="citizen", identity_no=identity_no, name_ar="سلمى", name_en="Salma",
                              phone="079" + identity_no[3:])
    person.save()
    print("registered")
    module.Application(
        applicant=person, profession="electronic_marketing", home="SRID=4326;POINT(35.84 31.98)",
        village="142 اليادودة", basin="5 الحنو", parcel=identity_no, home_area_m2=120, work_area_m2=15,
        built_on="1995-06-01", employees=0, people=1, tenant=False).save(force_insert=True)
    case = module.Application.objects.get(applicant=person)
    print(case.state)
    for kind, number in [("title_deed", "2012/1"), ("occupancy_permit", "1995/2"), ("construction_licence", "1994/3")]:
        module.Document(application_no=case, document_type=kind, reference_no=number).save()
    case.state = "submitted"
    case.save(force_update=True)           # every column
    case.refresh_from_db()
    print(case.state)
    print("found", module.Application.objects.filter(application_no__in=[case.application_no]).count())


def refused(work):
    try:
        with transaction.atomic():
            act_for(person.applicant_id)
            work()
    except Error as error:
        print("refused", error.__cause__.pgcode, error.__cause__.diag.column_name or "")


refused(lambda: module.Application.objects.get(application_no="no number"))
refused(lambda: module.Application(applicant=person, profession="jams", district=3).save(force_insert=True))

with transaction.atomic(using="clerk"):
    # an official names the columns: numbers and copies of documents are read by case_card()
    documents = module.Document.objects.using("clerk").select_for_update().only("review").filter(application_no=case.application_no)
    for document in documents:
        document.review = "accepted"
        document.save()                    # the columns that were read
    print("reviewed", len(documents))
    of_clerk = module.Application.objects.using("clerk").only("state").get(application_no=case.application_no)
    module.Inspection(application_no=of_clerk, scheduled_for="2026-03-05 09:30+03", inspector=identity_no).save(using="clerk")
    of_clerk.state = "inspection_scheduled"
    of_clerk.save()

with transaction.atomic():
    act_for(person.applicant_id)
    case = module.Application.objects.select_related("applicant").get(application_no=case.application_no)
    print("read", case.state, case.applicant.name_en, case.work_area_m2)
