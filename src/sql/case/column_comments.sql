-- ---------------------------------------------------------------------
-- What each column of the case tables says.
-- A line each: table.column, then the comment.  What means the same in every
-- table is in privileges/column_comments.sql.
-- ---------------------------------------------------------------------
DO $do$
DECLARE
    line text[];
BEGIN
    FOR line IN
        SELECT regexp_match(l, '^(\w+)\.(\w+) (.+)$')
        FROM regexp_split_to_table(btrim($comments$
applicant.applicant_id Number of the applicant, drawn by the database.
applicant.kind citizen, resident or business: says how identity_no is checked.
applicant.identity_no National number of a citizen (10 digits), personal number of a resident (5 to 20), number of an establishment (9). Unique with kind; never changes.
applicant.name_ar Name in Arabic, as in the identity papers.
applicant.name_en Name in Latin letters, for messages in English; null: the Arabic one serves.
applicant.phone Mobile number to which messages go; null: none, and they are printed. Messages not yet sent follow a change.
applicant.language Language of messages: ar or en.
applicant.representative_name Who acts for a business; null for a person.
applicant.representative_identity_no Identity number of the representative.
applicant.representative_capacity In which capacity the representative acts, such as manager.
applicant.registered_at When the applicant was registered.
applicant.erased_at Since when the person is concealed, by erase_person(); null: the person is not.
applicant.restricted_at Since when, by restrict_person(), only officials who must act see the person; null: all who have the right.
applicant.not_theirs_at Since when it is known that phone is another's (mark_not_theirs, failed deliveries); null: it is the applicant's. A new phone ends it.
number_pool.kind What the number is for: application, licence or invoice.
number_pool.serial A number that a sequence gave and nothing has.
case_assignment.case_assignment_id Number of the row.
case_assignment.official Who has the case in hand: the employee number.
case_assignment.kind claimed: by the official; assigned: by a director.
case_assignment.ended_at Since when the official has it no more; null: the official has it.
case_assignment.ended_by Who ended it, as actor() says.
case_assignment.ended_why released, reassigned (to another), passed on (the official could do nothing for it any more), official ended, or case ended.
case_assignment.ended_role The role of who ended it.
case_assignment.ended_session_role The login of who ended it.
acting_record.agency_id The power by which an agent acted; null: the applicant.
acting_record.identity_seen How an official at the counter saw the identity; null: a portal acted.
workflow_counter.workflow The workflow.
workflow_counter.version Its version.
workflow_counter.role The role of the officials.
counter_act.counter_act_id Number of the row.
counter_act.application_no The case; null: the applicant's own facts.
counter_act.applicant_id For whom it was done.
counter_act.agency_id The power of the agent who stood there; null: the applicant did.
counter_act.what The action of a step, a table of evidence, begin, amend, register or change.
counter_act.identity_seen How the identity was seen of who stood there.
agency.agency_id Number of the power.
agency.applicant_id Who gave it.
agency.kind service_office (licensed), attorney (notarised power), register (commercial register), authorisation (in writing).
agency.scope general, or special: for one case.
agency.only_case The case of a special one; null: the first that it begins.
agency.agent_name The agent who may act.
agency.agent_identity_no Identity number of the agent, or the number of the office.
agency.agent_phone Telephone of the agent; null: none.
agency.reference_no Number of the paper: licence, notarised power, extract of the register, letter.
agency.from_day The first day on which the agent may act.
agency.until_day The last day; null: until it is ended.
agency.accepted_at Since when a clerk has seen the paper; null: nobody may act by it yet.
agency.accepted_by Who accepted it, as actor() says.
agency.accepted_role The role of who accepted it.
agency.accepted_session_role The login of who accepted it.
agency.ended_at When it was ended; null: it was not.
agency.ended_by Who ended it, as actor() says.
agency.ended_role The role of who ended it.
agency.ended_session_role The login of who ended it.
agency.ended_why Why it was ended.
representative_proof.representative_proof_id Number of the row.
representative_proof.applicant_id The business.
representative_proof.accepted_role In which role.
representative_proof.accepted_session_role By which login.
representative_proof.recorded_at When the representative changed.
representative_proof.reference_no The paper that shows the authorisation; null: none was named yet.
representative_proof.offered_at When the portal named it.
representative_proof.accepted_at When a clerk saw it; null: the applicant's steps wait.
representative_proof.accepted_by Who accepted it, as actor() says.
owner_withdrawal.owner_withdrawal_id Number of the withdrawal.
owner_withdrawal.owner_id The applicant whose account withdrew.
owner_withdrawal.reference_no The paper that shows the property.
owner_withdrawal.reason Why the approval is withdrawn.
owner_withdrawal.message_id The message that told the tenant.
owner_withdrawal.answer What the tenant says to it; null: nothing yet.
owner_withdrawal.answered_at When the tenant answered.
owner_withdrawal.outcome withdrawn: the approval counts no more; stands: it goes on; null: not decided.
owner_withdrawal.decided_at When a clerk decided.
owner_withdrawal.decided_by Who decided, as actor() says.
owner_withdrawal.decided_role In which role.
owner_withdrawal.decided_session_role By which login.
owner_withdrawal.note Why it was decided so.
owner_withdrawals_open.owner_id The applicant whose account withdrew.
owner_withdrawals_open.heard_until The last day on which the tenant may answer; null: the tenant was not told yet.
approvals_withdrawn.licence_no The licence in force.
representatives_to_prove.applicant_id The business.
representatives_to_prove.recorded_at When the representative changed.
representatives_to_prove.offered_at When the portal named it.
case_note.case_note_id Number of the note.
case_note.note What is to be remembered.
acting_record.acting_no Number of the record.
acting_record.at When act_for() was called.
acting_record.recorded_at When this row was written: later than at where the transaction was rolled back.
acting_record.login The login (session_user).
acting_record.role Its role (current_user).
acting_record.applicant_id For whom it acted.
acting_record.token_key The key that signed the token: its kid, or the first 16 digits of its SHA-256; null: a bare number.
read_record.read_no Number of the record.
read_record.at When the function was called.
read_record.recorded_at When this row was written: later than at where the transaction was rolled back.
read_record.actor Who read, as actor() says.
read_record.login The login (session_user).
read_record.role Its role (current_user).
read_record.function The function that showed it; INSERT for an INSERT of somebody who is registered.
read_record.applicant_ids Whose data; empty: nobody was found.
read_record.application_no In which case; null: not in one.
read_record.columns Which columns of persons were shown, each with its table.
read_record.why The reason that the reader gave.
read_record.sought HMAC-SHA-256 of the kind and identity number that was asked for; null: none was.
read_key.key Key of the HMACs, 32 bytes.
read_key.created_at When it was made; the oldest counts.
breach.login The login, or the employee number, whose reading it was.
breach.since From when on it read without right.
breach.until Until when.
breach.why What happened, without names.
breach.authority_told_at When the authority was told; null: it was not yet.
breach.authority_told_by Who wrote that down, as actor() says.
breach.authority_told_role The role of who wrote that down.
breach.authority_told_session_role The login of who wrote that down.
breach.authority_reference The reference of the letter to the authority.
breach_person.breach_id The breach.
breach_person.applicant_id Whose data were shown.
breach_person.cases In which cases; null: in none.
breach_person.columns Which columns, each with its table; {*}: a portal could see all that is the person's.
breach_person.times How often.
breach_person.first_at When first.
breach_person.last_at When last.
breach_person.notice message, letter (to be printed), or nobody (erased before).
breach_person.message_id The message that tells the person.
breach_person.told_at When a letter was reported as sent; null: it was not, or a message tells.
breach_person.told_by Who reported it, as actor() says.
breach_person.told_role The role of who reported it.
breach_person.told_session_role The login of who reported it.
case_recusal.application_no The case that was given up.
case_recusal.official Who gave it up, as actor() says.
case_recusal.why Why.
application.application_no Number of the case, given by the trigger.
application.applicant_id Who applies.
application.profession Code of the profession (profession.code).
application.home Where the home is: a point or a footprint, stored in SRID 4326.
application.address Address as people write it.
application.village Village of the land register (القرية).
application.basin Basin of the land register (الحوض).
application.neighbourhood Neighbourhood (الحي).
application.parcel Parcel of the land register (القطعة).
application.building_no Number of the building.
application.floor Floor.
application.unit Number of the flat or unit.
application.home_area_m2 Area of the home in square metres, as declared.
application.work_area_m2 Area for the profession in square metres, as declared.
application.built_on When the building was put up: decides which documents are asked for.
application.employees Employees from outside the household.
application.people Everybody who works there, the applicant included.
application.children Children cared for, where the profession takes children.
application.tenant True: the applicant is not the sole registered owner.
application.previous_application An earlier case of the same applicant that has ended; null: none.
application.state Where the case stands, a state of its workflow. A step is an UPDATE of it.
application.workflow Workflow of the case.
application.workflow_version Version of the workflow, fixed at the first submission.
application.district District of the home, derived.
application.zone_class Class of the zone at the home, derived.
application.edition Edition of the instructions that judges the case, derived.
application.judged_on Day in the city of the first submission, whose rules judge the case for its life.
application.submitted_at When the case was first submitted; null: a draft.
application.state_since Since when the case is in its state.
application.due_at Lower bound of the deadline, for the index; current_deadline has its date. Null: nobody is waited for.
application.closure_reason Why the case was closed, a code of reason.
application.step_note Note of a step taken by UPDATE: moves to the event and reads back null.
application.events How many events the case has.
application.known_at When the last event of the case was written; null before the first.
application.created_at When the draft was made.
application.waits_for The role that must act next: applicant, clerk, inspector, committee, director or cashier; null before the submission and after the end.
application.row_version Optimistic locking: counts the changes that clients made. An UPDATE may write the version that it has read, or the next one as object mappers do; any other is refused with 40001.
applicant_event.event_no Number of the event: the applicant's times 1,048,576, and applicant_event_no.
applicant_event.format How digest and hash are computed; 1 is the only way so far.
applicant_event.applicant_id The applicant.
applicant_event.applicant_event_no Number of the event for its applicant, from 1.
applicant_event.action register, change, export, restrict, unrestrict or erase.
applicant_event.fields Names of the columns that changed, in the order of the table.
applicant_event.actor The person who acted, as actor() says.
applicant_event.role The role in which they acted (current_user).
applicant_event.session_role The login of the session (session_user).
applicant_event.at When it happened: the moment of the transaction.
applicant_event.known_at When it was written, with the applicant locked; later than that of the event before.
applicant_event.note Why, as the actor said.
applicant_event.changes Old and new value of each of these columns.
applicant_event.salt 16 random bytes that go with note and changes; null where there are neither.
applicant_event.digest SHA-256 over salt, note and changes; stays when these are concealed.
applicant_event.hash SHA-256 over this event and the hash of the one before for its applicant.
licence_holder.applicant_id The applicant.
licence_holder.kind citizen, resident or business.
licence_holder.identity_no Identity number, as applicant.identity_no was.
licence_holder.representative_name Who acted for a business.
licence_holder.representative_identity_no Identity number of the representative.
licence_holder.representative_capacity In which capacity the representative acted.
application_event.event_no Number of the event, over all cases.
application_event.format How digest and hash are computed; 1 is the only way so far.
application_event.case_event Number of the event in its case, from 1.
application_event.action The step taken; amend for a change without a step.
application_event.from_state State before.
application_event.to_state State after.
application_event.actor The person who acted, as actor() says.
application_event.role The role in which they acted (current_user).
application_event.session_role The login of the session (session_user).
application_event.at When it happened: the moment of the transaction.
application_event.known_at When it was written, with the case locked; later than that of the event before.
application_event.note What the actor said about it.
application_event.changes Old and new value of each amended column.
application_event.salt 16 random bytes that go with note and changes; null where there are neither.
application_event.digest SHA-256 over salt, note and changes; stays when these are concealed.
application_event.hash SHA-256 over this event and the hash of the one before in its case.
document.document_id Number of the row.
document.document_type Kind of document, a code of document_type.
document.reference_no Number that the document bears.
document.issued_on Day of issue.
document.expires_on Last day of validity; null: it does not end.
document.review The clerk's verdict: pending, accepted, missing or incorrect.
document.review_note What the clerk noted; it stays inside.
application_finding.finding_id Number of the finding.
application_finding.field Column of application that is wrong, a code of application_field.
application_finding.note What is wrong with it.
application_finding.found_value The value that was found wrong, kept by the trigger.
application_finding.settled_at_event Number of events of the case when it was put right; null: open.
inspection.inspection_id Number of the inspection.
inspection.scheduled_for When the inspector is to come.
inspection.scheduled_until When the visit is over, by appointment_rule.
inspection.inspector Whom the clerk sends.
inspection.district District of the home when the appointment was made.
inspection.outcome pending, passed, failed, no_access, cancelled or not_correctable.
inspection.inspected_at When the home was inspected.
inspection.measured_home_area_m2 Area of the home in square metres, as measured.
inspection.measured_work_area_m2 Area for the profession in square metres, as measured: the fee follows it.
inspection.findings What the inspector noted; sent to nobody.
inspection.closed_at When the outcome was written.
inspection.closed_by Who wrote the outcome.
inspection.closed_at_event How many events the case had then.
inspection_finding.inspection_finding_id Number of the finding.
inspection_finding.inspection_id The inspection at which it was found.
inspection_finding.criterion Criterion of the checklist.
inspection_finding.ruling met or not_met.
inspection_finding.note What the inspector noted.
decision.decision_id Number of the decision.
decision.outcome approved, refused or deferred.
decision.reason Why it was refused, a code of reason.
decision.conditions Conditions of an approval, as text.
decision.note Note of the decider; it stays inside.
decision.decided_by The session or person that decided.
decision.decided_as committee or director: the role in which it was written.
decision.decided_on Day of the decision.
approval_requirement.approval_requirement_id Number of the requirement.
approval_requirement.authority Authority whose approval is needed, a code of authority.
approval_requirement.basis Why: profession (from the catalogue) or decision (the decider asked).
approval_requirement.ended_at_event The event that corrected the profession to one that needs it no more; null: it is required.
external_approval.external_approval_id Number of the row.
external_approval.authority Authority that answered, a code of authority.
external_approval.reference_no Number of the answer.
external_approval.answer granted or refused.
external_approval.issued_on Day of the answer.
external_approval.expires_on Last day of validity; null: it does not end.
external_approval.review The clerk's verdict: pending, accepted (genuine), missing or incorrect.
external_approval.review_note What the clerk noted; it stays inside.
invoice.invoice_no Number of the bill, as the message fees_due names it.
invoice.amount Sum of the bill in JOD, exact to the fils.
invoice.priced_on The day whose schedule prices the case.
invoice.due_on Last day to pay, as the payer was last told; current_deadline has the date that counts.
invoice.area_m2 Area in square metres that is charged.
invoice.created_at When the bill was made.
invoice.cancelled_at When the case ended without a licence; null: the bill stands.
invoice.account The first of the bills that this one replaces, with which it shares what was paid; null: it replaces none.
invoice_line.invoice_no The bill.
invoice_line.line_no Number of the line, from 1.
invoice_line.item What is charged.
invoice_line.rule The row of the rules that it follows from, with its source.
invoice_line.amount In JOD; negative for a waiver or a discount.
payment.payment_id Number of the row.
payment.payment_reference Reference of the payment service; unique, so that a second notification changes nothing.
payment.invoice_no The bill that is paid.
payment.amount Money that moved, in JOD, exact to the fils.
payment.paid_at When the money moved; by default now.
payment.channel network (the bill-payment network or a bank), or counter.
payment.receipt The receipt that was given at the counter; of the network null.
payment.receiver The official who received it at the counter; of the network null.
licence.licence_no Number of the licence, given by the step issue or by an import; never changes.
licence.application_no The case whose step issued it; null: it was imported.
licence.import_no The import that brought it; null: it was issued here.
licence.former_no Its number in the register that it came from.
licence.succeeds The licence whose place it takes; null: none.
licence.issued_at When it was issued, or imported.
licence_term.term_no 1 for the first term, and one more for each renewal.
licence_term.starts First day.
licence_term.ends The day after the last.
licence_term.valid The days of the term, upper bound excluded.
licence_term.follows Number of the term before; null: none.
licence_term.since First day of the uninterrupted run of terms.
licence_term.months Length of the term in months; null: imported, with other days.
licence_term.run_months Months since the run began, this term included; null: imported, with other days.
licence_term.application_no The case that gave the term; null: imported.
licence_term.case_event The event of the case that gave it.
licence_term.invoice_no The bill of the term.
licence_term.import_no The import that brought it.
licence_term.known_at When the row came to be known.
licence_version.version_no 1 for the facts at the issue, and one more for each change.
licence_version.from_day First day on which the facts count; null: from the beginning.
licence_version.to_day The day after the last; null: open.
licence_version.applicant_id Who holds the licence.
licence_version.profession Code of the profession.
licence_version.home The home, as in application.
licence_version.address Address of the home, as in application.
licence_version.village Village of the parcel, number and name.
licence_version.basin Basin of the parcel, number and name.
licence_version.neighbourhood Neighbourhood of the parcel.
licence_version.parcel Number of the parcel.
licence_version.building_no Number of the building.
licence_version.floor Floor.
licence_version.unit Unit.
licence_version.district District of the home.
licence_version.zone_class Class of the land; null: imported, or on the edge of two.
licence_version.home_area_m2 Area of the home in square metres: measured, else declared; null: not known.
licence_version.work_area_m2 Area that is licensed, in square metres: measured, else declared; null: not known.
licence_version.built_on When the building was put up.
licence_version.employees People who are not of the household.
licence_version.people Everyone who works there, the holder included.
licence_version.children Children in care.
licence_version.tenant Whether the holder is not the sole owner.
licence_version.judged_on The day whose names of professions and districts serve.
licence_version.application_no The case that said so; null: imported.
licence_version.case_event The event of the case that said so.
licence_version.import_no The import that said so.
licence_version.known_at When the row came to be known.
licence_standing.standing_no 1 for the standing at the issue, and one more for each change.
licence_standing.from_day First day on which the standing counts; null: from the beginning.
licence_standing.to_day The day after the last; null: open.
licence_standing.standing in_force, suspended, revoked, surrendered or set_aside.
licence_standing.reason Code of licence_home.reason; null: none.
licence_standing.application_no The case that said so; null: imported.
licence_standing.case_event The event of the case that said so.
licence_standing.import_no The import that said so.
licence_standing.known_at When the row came to be known.
carried_evidence.kind document, inspection, decision or approval.
carried_evidence.code Type of document, or authority.
carried_evidence.from_application The case that proved it.
carried_evidence.evidence_id Number of the row of evidence.
carried_evidence.until The last day on which it would carry over; null: no end.
carried_evidence.counts Whether it counts; false for what an amendment ended.
carried_evidence.known_at When it came to be known.
carried_evidence.at_event The event of the submission; null: the case is a draft.
licence_copy.copy_no Number of the copy, from 2.
licence_copy.version_no The version of the facts that it says.
licence_copy.term_no The term that it says.
licence_copy.application_no The case that gave it.
licence_copy.case_event The event of that case.
licence_copy.issued_at When it was issued.
licence_import.import_no Number of the import.
licence_import.rows_given Rows of the set.
licence_import.rows_taken Those that are in the register now.
licence_import.digest SHA-256 of what was written.
import_rejected.import_no The import.
import_rejected.row_no Place of the row in the set, from 1.
import_rejected.column_name The column that is wrong.
import_rejected.sqlstate SQLSTATE that an INSERT of it would have.
import_rejected.reason_en What is wrong, in English.
import_rejected.reason_ar What is wrong, in Arabic.
import_rejected.applicant_id The applicant who was registered already with the identity of the row; null: nobody.
import_rejected.given The row, as it came; null: taken away.
application.licence_no The licence that the case is about; null: a first issue.
licence_holder.version_no The version of the licence's facts that names the holder.
refundable.paid Money paid for the bill, in JOD.
refundable.amount What is to go back, in JOD.
refundable.reason Why: more than the bill, a bill that was taken back, or a case that has ended.
refundable.refunded What was paid back already, in JOD.
refundable.owner Whose task it is: a role, or the number of an official.
refundable.due_on Until when it is to be paid back.
refundable.since When it came to be refundable.
refundable.told How the message refund_due stands; null: none was written.
payment_reversal.payment_reversal_id Number of the row.
payment_reversal.payment_id The payment that was taken back, whole.
payment_reversal.reversal_reference The network's reference of the reversal; null: none.
payment_reversal.reason Why it was taken back.
payment_reversal.reversed_at When it was taken back; by default now.
payment_reversal.invoice_no The bill of the payment.
payment_reversal.amount The payment's amount in JOD.
payment_reversal.after_issue Whether a licence was issued by then.
payment_refund.payment_refund_id Number of the row.
payment_refund.refund_reference Reference of the refund; unique, so that a second entry changes nothing.
payment_refund.invoice_no The bill for which the money was paid.
payment_refund.amount What was paid back, in JOD, exact to the fils.
payment_refund.channel counter or transfer.
payment_refund.refunded_at When it was paid back; by default now.
payment_refund.note What is to be said about it.
refund_task.refund_task_id Number of the row, drawn by the database.
refund_task.invoice_no The first bill of the account.
refund_task.amount What was refundable then, in JOD.
refund_task.refunded_before What had been paid back by then, in JOD.
refund_task.owner Whose task it is: a role, or the number of an official.
refund_task.due_on Until when it is to be paid back.
refund_task.event_no The event whose message told it; null: none.
unpaid_decision.unpaid_decision_id Number of the row.
unpaid_decision.invoice_no The bill that is unpaid.
unpaid_decision.decision pay_again, waive or sanction.
unpaid_decision.note Why.
unpaid_decision.until The day until which to pay again; null: another decision.
unpaid_decision.amount What was lacking, in JOD.
till_closing.till_closing_id Number of the row.
till_closing.day The day that is closed.
till_closing.counted What was counted, in JOD.
till_closing.note What explains a difference.
till_closing.receiver The official whose till it is.
till_closing.expected What the rows say should be there, in JOD.
till_closing.difference Counted less expected, in JOD.
money_entry.entry_no Number of the entry, drawn by the database.
money_entry.kind bill, cancel (a bill taken back), payment, reversal, refund or waiver.
money_entry.account The first of the bills that share what was paid.
money_entry.source_no Number of the row that is entered.
money_entry.amount In JOD.
money_entry.at The moment of the transaction.
incomplete_payments.invoice_no The open bill.
incomplete_payments.amount The bill, in JOD.
incomplete_payments.received What came and stayed, in JOD.
incomplete_payments.rest What is lacking, in JOD.
incomplete_payments.due_on The deadline, computed now.
incomplete_payments.told_at When the message that names it was accepted; null: it was not told.
unpaid_licences.amount The bill, in JOD.
unpaid_licences.received What is left of what came, in JOD.
unpaid_licences.lacking What is lacking, in JOD.
unpaid_licences.reversed_at When the last payment was taken back.
unpaid_licences.decision The latest decision since; null: none.
unpaid_licences.until The day until which to pay again.
unpaid_licences.decided_by Who decided.
unpaid_licences.stage to decide, to pay again, or sanction to open.
unpaid_licences.owner Whose it is now: director, applicant, or the number of the official who decided on a sanction and opens it.
unpaid_licences.due_on Until when: as decided, else as many working days as payment_rule gives to pay again.
unpaid_licences.told How the message of the latest decision, or of the reversal, stands.
till_report.day The day.
till_report.receiver The official whose till it is.
till_report.counted What was counted, in JOD.
till_report.expected What was expected when it was closed, in JOD.
till_report.difference Counted less expected, in JOD.
till_report.note What explains the difference.
till_report.closed_at When it was closed.
till_report.moved_since What the rows say more, or less, now than at the closing, in JOD.
case_deadline.deadline_no Number of the deadline, drawn by the database.
case_deadline.case_event The event of the case that set it.
case_deadline.entered_event The event by which the case came into the state.
case_deadline.state The state whose deadline it is.
case_deadline.cause state (the target of the state), extended (by an official) or moved (by the calendar, and told again).
case_deadline.began_on The day from which the working days count.
case_deadline.working_days How many working days the period has.
case_deadline.date_named The date that the message of its event names.
case_deadline.to_be_told Whether it binds the applicant, and so counts only once it was told.
case_deadline.known_at When it was set.
deadline_told.deadline_no The deadline that was told.
deadline_told.message_id The message that named it.
deadline_told.series Which sending of the message: 1, and 1 more for each time that it was resent.
deadline_told.outcome accepted by the gateway, delivered or failed at the telephone, served on paper, or not_theirs: the telephone was another's.
deadline_told.at When that became known.
current_deadline.deadline_no Number of the newest row of case_deadline.
current_deadline.state The state of the case.
current_deadline.cause state, extended or moved.
current_deadline.began_on The day from which the working days count.
current_deadline.working_days How many working days the period has.
current_deadline.due_on The day on which it ends, computed now.
current_deadline.due_at The last second of that day.
current_deadline.to_be_told Whether it counts only once it was told.
current_deadline.date_named The date in its message.
current_deadline.told_at When its message was accepted; null: it was not told.
current_deadline.date_told The latest date that the applicant was told in this state.
current_deadline.known_at When it was set.
untold_deadlines.state The state of the case.
untold_deadlines.due_on The day on which the deadline would end; it does not count.
untold_deadlines.date_named The date in its message.
untold_deadlines.known_at When it was set.
untold_deadlines.why Why it was not told: no message, or how the message stands.
untold_deadlines.message_id The message that names it.
untold_deadlines.template The template of that message.
untold_deadlines.detail What the message waits for, or what went wrong.
expected_days.workflow Workflow of the cases.
expected_days.state From the first arrival in this state.
expected_days.cases How many licences of the last year tell.
expected_days.half_days Half of them took at most so many days to the licence.
expected_days.most_days Nine in ten took at most so many.
expected_days.counted_at When it was counted.
job_run.run_no Number of the run.
job_run.job Which job.
job_run.started_at When it began, by the machine's clock.
job_run.ended_at When it ended; null: it runs, or it died.
job_run.run_by The login that ran it.
job_run.done Cases or pieces of work done.
job_run.skipped Those that somebody had in hand.
job_run.failed Those that failed; job_failure has them.
job_failure.failure_no Number of the failure.
job_failure.run_no The run of the job.
job_failure.about What failed, where it is no case.
job_failure.at When, by the machine's clock.
job_failure.sqlstate SQLSTATE of the error.
job_failure.message The error.
job_failure.detail Its detail.
job_failure.hint Its hint.
reminder_run.run_no Number of the run.
reminder_run.day Last day that it covers.
reminder_run.since Last day that a run before it covered; null: it is the first.
reminder_run.owed Reminders that fell due on the days that it covers.
reminder_run.beyond Reminders that fell due before and were not settled.
reminder_run.allowed How many of those it may send.
reminder_run.stopped There were more: it sent none of them.
reminder_run.released_at When the next run was let send them.
reminder_run.released_by Who let it.
reminder_run.release_reason Why.
reminder_run.released_role The role in which they did.
reminder_run.released_session_role The login by which they did.
reminder.term_no The term that owes it.
reminder.days_before Which one: the rule's number of days before the last day.
reminder.outcome reminded, not_possible or overtaken.
reminder.template The text that went out, or would have.
reminder.message_id The message; null: overtaken.
reminder.run_no The run that settled it.
owed_reminder.term_no The term that owes it.
owed_reminder.days_before Which one: the rule's number of days before the last day.
owed_reminder.template Its text.
owed_reminder.owed_on The day on which it fell due.
workflow_precondition.name What workflow_transition.preconditions calls it.
workflow_precondition.function Schema and name of its function.
workflow_precondition.hint_ar What to do about an objection that has no hint of its own, in Arabic.
workflow_precondition.hint_en The same in English.
$comments$, E'\n'), E'\n') AS l
    LOOP
        EXECUTE format('COMMENT ON COLUMN licence_home.%I.%I IS %L', line[1], line[2], line[3]);
    END LOOP;
END $do$;
