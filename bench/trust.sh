#!/bin/bash
# What trust costs: a case card, a row of evidence, an ordinary step (bench/trust_measure.sql).
#
#   bench/trust.sh [psql's options, such as -d DATABASE]
#
# The database has what the regression tests install and support leave there:
#   make installcheck REGRESS="install load_rules support" ISOLATION= TAP_TESTS=
set -euo pipefail
cd "$(dirname "$0")"

${PSQL:-psql} -XAt "$@" <trust_measure.sql
