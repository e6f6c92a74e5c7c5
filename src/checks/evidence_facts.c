/*
 * evidence_facts.c
 *		The facts that are rows of evidence, and what facts are called.
 */
#include "postgres.h"

#include "checks/evidence_facts.h"

static const struct
{
	const char *evidence;
	const char *operation;
	Facts		fact;
	const char *name;
}			evidence_facts[] = {
	{"application", "amend", EV_AMEND, "an amendment of the application"},
	{"application", "reassign", EV_CORRECTION, "a move of the application to another person"},
	{"document", "insert", EV_DOCUMENT, "a document"},
	{"document", "review", EV_DOCUMENT_REVIEW, "a review of documents"},
	{"application_finding", "insert", EV_FINDING, "a finding in the application"},
	{"application_finding", "take_back", EV_CORRECTION, "a finding taken back"},
	{"inspection", "insert", EV_INSPECTION, "an inspection"},
	{"inspection", "close", EV_INSPECTION_CLOSE, "the outcome of an inspection"},
	{"inspection", "cancel", EV_INSPECTION_CANCEL, "the cancellation of an inspection"},
	{"inspection", "correct", EV_MEASUREMENT, "a correction of measured areas"},
	{"inspection_finding", "insert", EV_INSPECTION_FINDING, "a finding at an inspection"},
	{"attachment", "insert", EV_ATTACHMENT, "an attachment of an inspection"},
	{"decision", "insert", EV_DECISION, "a decision"},
	{"approval_requirement", "insert", EV_REQUIREMENT, "a requirement of an authority's approval"},
	{"external_approval", "insert", EV_APPROVAL, "an authority's answer"},
	{"external_approval", "review", EV_APPROVAL_REVIEW, "a review of an authority's answer"},
};

Facts
EvidenceFact(const char *evidence, const char *operation)
{
	for (int i = 0; i < (int) lengthof(evidence_facts); i++)
	{
		if (strcmp(evidence_facts[i].evidence, evidence) == 0 &&
			strcmp(evidence_facts[i].operation, operation) == 0)
			return evidence_facts[i].fact;
	}
	return 0;
}

const char *
FactName(Facts fact)
{
	for (int i = 0; i < (int) lengthof(evidence_facts); i++)
	{
		if (fact & evidence_facts[i].fact)
			return evidence_facts[i].name;
	}
	return (fact & FACT_BILL) ? "a bill" : "an authority that is to be asked";
}
