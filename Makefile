# licence_home: licensing of home professions inside PostgreSQL.
#
#   make && make install && make installcheck
#
# builds with PGXS against the pg_config found first on PATH.  The rooms of
# src/ are described in doc/design.md, and each by its README.md.

EXTENSION = licence_home

# Where the sources are: this file's folder.
srcdir := $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/licence_home.control)

MODULE_big = licence_home
# Paths are relative to the sources, so that a build in another folder (VPATH)
# finds them: make -f /path/to/Makefile.
SOURCES = $(patsubst $(srcdir)/%,%,$(sort $(wildcard \
	$(srcdir)/src/*.c $(srcdir)/src/*/*.c $(srcdir)/src/*/*/*.c)))
OBJS = $(SOURCES:.c=.o)
ifneq ($(srcdir),.)
VPATH := $(srcdir)
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

# The install script is built from these parts of src/sql/, a folder a topic, in
# the order in which their objects need each other.
SQL_TOPICS = \
	base/roles base/schema base/make_function base/clock base/actor \
	types/application_no types/licence_no types/national_no types/phone_number types/applicant_proof types/casts types/text \
	types/comments types/dump_order types/appointment_time \
	base/make_table rules/make_rule_table \
	rules/tables rules/municipality rules/triggers rules/indexes \
	licence/life_rules licence/workflow_change \
	case/workflow_evidence case/traits case/tables licence/register licence/carried_evidence licence/copies case/deadline_tables work/money_tables base/jobs \
	rules/sentences \
	sms/gateway_tables sms/message_tables sms/texts \
	case/check_workflow \
	trust/officials \
	zones/rulings \
	documents/required \
	rules/eligibility \
	fees/fees \
	rules/working_days rules/working_hours licence/renewal rules/withdraw \
	licence/life_fees case/rules case/facts work/agency case/deadlines case/triggers case/functions licence/case_facts licence/steps licence/verify case/preconditions case/own_preconditions case/waits_for \
	work/money work/till work/network work/corrections \
	work/counter work/representative work/sessions trust/separation work/assignment trust/rule_journal trust/applicant_facts trust/reading licence/life \
	work/attachments \
	zones/map \
	reports/caseload reports/views reports/facts reports/reports reports/pictures work/listeners \
	licence/self_audit licence/proof licence/import \
	sms/sender sms/gateways sms/kannel sms/views sms/placeholders licence/reminders \
	trust/personal_data trust/breach trust/texts work/telephone work/owner_approval \
	work/notes work/inbox \
	work/card work/search work/citizens work/visits work/committee \
	amman/municipality amman/evidence amman/workflow amman/gateway_profiles amman/messages \
	amman/labels amman/working_hours amman/districts amman/zone_spellings amman/zones amman/professions amman/profession_words \
	amman/editions amman/criteria_on_site amman/criteria amman/documents amman/fees amman/life_rules amman/life_workflows amman/reminders amman/load_rules \
	record/ledgers record/heads \
	privileges/restore trust/check_installation privileges/switchover \
	rules/column_comments case/column_comments sms/column_comments privileges/column_comments privileges/smart_comments privileges/hidden_columns \
	work/api privileges/owner
SQL_PARTS = $(SQL_TOPICS:%=$(srcdir)/src/sql/%.sql)
# (PGXS has an INSTALL_SCRIPT of its own.)
EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)
# The install scripts of earlier versions, and what leads from one to the next.
DATA = $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/src/sql/versions/$(EXTENSION)--*.sql))

# pg_regress, isolation and TAP.  install.sql comes first: it makes the
# extension that the others use; of the isolation tests cases.spec, which makes
# the functions that the others use.
REGRESS = $(shell sed -n 's/^test: *//p' $(srcdir)/sql/schedule)
REGRESS_OPTS = --encoding=UTF8 --no-locale
ISOLATION = cases $(filter-out cases,$(sort $(patsubst $(srcdir)/specs/%.spec,%,$(wildcard $(srcdir)/specs/*.spec))))
ISOLATION_OPTS = --encoding=UTF8 --no-locale --load-extension=postgis --load-extension=licence_home
TAP_TESTS = 1

PG_CONFIG ?= pg_config

# The server's headers are not ours to warn about.
PG_CPPFLAGS = -I$(srcdir)/src -isystem $(shell $(PG_CONFIG) --includedir-server) $(shell pkg-config --cflags libcurl libcrypto)
PG_CPPFLAGS += -DLICENCE_HOME_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -Wall -Wextra
SHLIB_LINK = $(shell pkg-config --libs libcurl libcrypto)
EXTRA_CLEAN = $(EXTENSION_SQL) $(OBJS:.o=.d) $(EXTENSION)-$(EXTVERSION).zip postgresql-*-licence-home_*.deb

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# Each object depends on the headers that it includes: the compiler writes them
# down beside it.
override CPPFLAGS += -MMD -MP
-include $(OBJS:.o=.d)

$(EXTENSION_SQL): $(SQL_PARTS) $(srcdir)/licence_home.control $(srcdir)/Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  cat $(SQL_PARTS); } > $@

# A package of Debian's for the server of PG_CONFIG, of what is built.
.PHONY: deb dist
deb: all
	$(srcdir)/tools/deb $(srcdir) $(MAJORVERSION) $(EXTVERSION)

# The archive that PGXN takes, of the last commit.
dist:
	git -C $(srcdir) archive --format=zip --prefix=$(EXTENSION)-$(EXTVERSION)/ HEAD > $(EXTENSION)-$(EXTVERSION).zip
