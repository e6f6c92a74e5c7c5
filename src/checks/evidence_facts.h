/*
 * evidence_facts.h
 *		The facts that are rows of evidence, and what facts are called.
 */
#ifndef LICENCE_HOME_EVIDENCE_FACTS_H
#define LICENCE_HOME_EVIDENCE_FACTS_H

#include "workflow/facts.h"

/* The bit of a row of workflow_evidence; 0: there is no such operation. */
extern Facts EvidenceFact(const char *evidence, const char *operation);

/* What it is called, for explanations. */
extern const char *FactName(Facts fact);

#endif							/* LICENCE_HOME_EVIDENCE_FACTS_H */
