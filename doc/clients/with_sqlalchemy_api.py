"""Every column of every view of licence_home_api that a login sees, by classes that SQLAlchemy makes from the catalogue.

Arguments: an applicant, and logins. A mapper asks for all columns of a table. So it would be refused where a view had
one that its reader may not see.
"""
import sys
import warnings

from sqlalchemy import create_engine, MetaData, select, Table, text
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.orm import registry, Session

applicant_id, logins = sys.argv[1], sys.argv[2:]
warnings.simplefilter("ignore", SAWarning)     # it does not know the types by name, and takes them for text


def mapped(name, engine):
    """A class for a view, which has no key that SQLAlchemy finds: of one row any column is one."""
    table = Table(name, MetaData(schema="licence_home_api"), autoload_with=engine)
    made = type(name, (), {})
    registry().map_imperatively(made, table, primary_key=list(table.columns)[:1])
    return made


for login in logins:
    engine = create_engine(f"postgresql+psycopg2://{login}@/")
    refused = []
    with Session(engine) as session:
        names = session.scalars(text("""SELECT relname FROM pg_class
            WHERE relnamespace = 'licence_home_api'::regnamespace AND relkind = 'v' AND has_table_privilege(oid, 'SELECT')
            ORDER BY relname""")).all()
    for name in names:
        with Session(engine) as session:
            if login == "portal_login":
                session.execute(text("SELECT licence_home.act_for(:id)"), {"id": int(applicant_id)})
            try:
                rows = session.execute(select(mapped(name, engine)).limit(1)).all()
                if name == "inspection":
                    print(login, "inspections", len(rows))
            except DBAPIError as error:
                refused.append(f"{name} {error.orig.pgcode} {error.orig}")
    print(login, "refused", *refused)
