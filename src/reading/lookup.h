/*
 * lookup.h
 *		Is somebody registered, and the record of who asked.
 */
#ifndef LICENCE_HOME_LOOKUP_H
#define LICENCE_HOME_LOOKUP_H

/* Who came before, by kind and identity number; 0: nobody. */
extern int64 FindApplicant(const char *kind, const char *identity_no);

/*
 * Record that this transaction learned by a function who has an identity
 * number (0: that nobody has), whatever becomes of the transaction.  in_row:
 * see records.h.
 */
extern void RecordLookup(const char *function, const char *kind,
						 const char *identity_no, int64 applicant_id, bool in_row);

#endif							/* LICENCE_HOME_LOOKUP_H */
