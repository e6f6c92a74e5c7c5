#!/bin/bash
# What the register costs (bench/register_measure.sql): one licence on a day, and
# all of them in one statement, against the join that one would write by hand.
#
#   bench/register.sh [psql's options, such as -d DATABASE -v licences=1000000]
#
# The database has the extension and its rules, and no cases that matter: licences
# with two terms, and of each tenth a suspension, are added, measured and taken back.
set -euo pipefail
cd "$(dirname "$0")"

${PSQL:-psql} -XAt "$@" <register_measure.sql
