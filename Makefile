# licence_home: licensing of home professions inside PostgreSQL.
#
#   make && make install && make installcheck
#
# builds with PGXS against the pg_config found first on PATH.  The rooms of
# src/ are described in doc/design.md.

EXTENSION = licence_home
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" licence_home.control)

MODULE_big = licence_home
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))

# The install script is built from numbered parts, concatenated in order.
SQL_PARTS = $(sort $(wildcard src/sql/*.sql))
# (PGXS has an INSTALL_SCRIPT of its own.)
EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)

# pg_regress, isolation and TAP.  install.sql comes first: it makes the
# extension that the others use; of the isolation tests cases.spec, which makes
# the functions that the others use.
REGRESS = $(shell sed -n 's/^test: *//p' sql/schedule)
REGRESS_OPTS = --encoding=UTF8 --no-locale
ISOLATION = cases $(filter-out cases,$(sort $(patsubst specs/%.spec,%,$(wildcard specs/*.spec))))
ISOLATION_OPTS = --encoding=UTF8 --no-locale --load-extension=postgis --load-extension=licence_home
TAP_TESTS = 1

PG_CONFIG ?= pg_config

# The server's headers are not ours to warn about.
PG_CPPFLAGS = -I$(srcdir)/src -isystem $(shell $(PG_CONFIG) --includedir-server) $(shell pkg-config --cflags libcurl)
PG_CFLAGS = -Wall -Wextra
SHLIB_LINK = $(shell pkg-config --libs libcurl)
EXTRA_CLEAN = $(EXTENSION_SQL)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

HEADERS_PRIVATE = $(wildcard src/*.h src/*/*.h)
$(OBJS): $(HEADERS_PRIVATE)

$(EXTENSION_SQL): $(SQL_PARTS) licence_home.control
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  cat $(SQL_PARTS); } > $@
