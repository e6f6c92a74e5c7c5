-- ---------------------------------------------------------------------
-- What each column of the rule tables says.
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
district.district Number of the district.
district.geom Area of the district, SRID 4326.
district.homes How many dwellings it has; null: nobody has entered it.
zone_class.class Code of the class of land use.
zone_class.land_use residential, agricultural, commercial, office, mixed_use or industry.
zone_class_spelling.spelling How a map writes the class.
zone_class_spelling.key The spelling as it is compared, derived by class_key().
zone_class_spelling.class The class that is meant.
zone.geom Area of the zone, SRID 4326.
zone.class Class of the zone.
zone.provisions Special provisions, as the site plan words them.
profession_category.category Code of the category.
profession.code Code of the profession.
profession.category Category of the profession.
profession.isic Class of ISIC revision 4, this project's mapping.
profession.jordanians_only Open to Jordanians alone.
profession.needs_construction_certificate Needs the construction licensing certificate.
profession.takes_children Children are cared for, so their number counts.
zone_ruling.profession Profession ruled on; null: see category.
zone_ruling.category Category ruled on; null with profession: any profession.
zone_ruling.class Class of the zone.
zone_ruling.ruling permitted, refer or prohibited.
zone_ruling.article Article that says so.
authority.authority Code of the authority.
profession_authority.profession Profession that needs the approval; null: see category.
profession_authority.category Category that needs the approval.
profession_authority.authority Authority that approves.
edition.edition Name of the edition of the instructions.
edition.max_area_share Largest share of the home for the profession, a fraction.
edition.max_area_m2 Largest area for the profession in square metres.
edition.max_employees Most employees from outside the household.
edition.max_people Most people who work there; null: no limit.
edition.max_children Most children cared for; null: no limit.
edition.owners_share Share of the property whose owners must approve, a fraction.
edition.edge_tolerance_m Metres within which another zone with another ruling makes it refer.
edition.decider Who decides: committee or director.
edition.licence_months Months for which a licence is valid.
edition.article Where the edition says it.
criterion.criterion Code of the criterion.
criterion.category Category for which these sentences are; null: all others.
criterion.stage A: decided before there is a case; E: with a case alone; I: at the inspection; L: after issue.
criterion.position Place in lists.
criterion.article Article that the criterion follows from.
criterion.met_ar Sentence in Arabic where it is met.
criterion.met_en Sentence in English where it is met.
criterion.not_met_ar Sentence in Arabic where it is not met.
criterion.not_met_en Sentence in English where it is not met.
criterion.refer_ar Sentence in Arabic where it is left to the decider.
criterion.refer_en Sentence in English where it is left to the decider.
criterion.not_proven_ar Sentence in Arabic where it is not proven.
criterion.not_proven_en Sentence in English where it is not proven.
criterion.condition_ar Sentence in Arabic where it is proved later.
criterion.condition_en Sentence in English where it is proved later.
criterion.remedy_ar What would make it met, in Arabic.
criterion.remedy_en What would make it met, in English.
criterion.label_ar Short name in a message, in Arabic.
criterion.label_en Short name in a message, in English.
criterion.required_ar What the inspector looks for, in Arabic.
criterion.required_en What the inspector looks for, in English.
document_type.document_type Code of the kind of document.
document_type.needs_reference Its number must be given.
document_type.needs_attachment A copy must be attached.
document_rule.document_type Kind of document that is required.
document_rule.position Place in lists.
document_rule.built Days on which the building was put up; null: any.
document_rule.certificate_profession Whether the profession needs the construction licensing certificate; null: either.
document_rule.profession Profession that it is asked of; null: any.
document_rule.category Category of professions that it is asked of; null: any.
document_rule.tenant Whether the applicant is not the sole owner; null: either.
document_rule.applicant_kind Kind of applicant; null: any.
document_rule.why_ar Why it is required, in Arabic.
document_rule.why_en Why it is required, in English.
document_rule.article Article that asks for it.
fee_schedule.schedule Code of the schedule.
fee_rule.schedule Schedule of the fee.
fee_rule.profession Profession; null: see category.
fee_rule.category Category; a row for a profession goes before.
fee_rule.area_m2 Band of the area to be licensed, in square metres.
fee_rule.amount In JOD, exact to the fils.
fee_rule.item_ar Name of the line on the bill, in Arabic.
fee_rule.item_en Name of the line on the bill, in English.
fee_adjustment.adjustment Code of the adjustment.
fee_adjustment.kind waiver, discount, surcharge or paid_before.
fee_adjustment.share Share of the scheduled amount, a fraction.
fee_adjustment.profession Profession; null: see category.
fee_adjustment.category Category; null with profession: any.
fee_adjustment.applicant_kind Kind of applicant; null: any.
fee_adjustment.first_licence Whether the applicant never had a home licence; null: either.
fee_adjustment.licence_year Years of the licence for which it counts; null: any.
fee_adjustment.item_ar Name of the line on the bill, in Arabic.
fee_adjustment.item_en Name of the line on the bill, in English.
reason.reason Code of the reason.
reason.purpose refusal, deficiency or closure.
application_field.field Column of application that may be found wrong.
holiday.weekday Day of the week, 0 is Sunday; null: see day.
holiday.day One day; null: see weekday.
working_hours.season Period whose hours take the place of the ordinary ones; null: the ordinary hours.
working_hours.weekday Day of the week, 0 is Sunday; null: every day without a row of its own.
working_hours.opens When the office opens, in the city's time.
working_hours.closes When it closes; at or before opens: on the next day.
phone_rule.failed_in_a_row So many failed messages in a row mark a telephone as another's.
payment_rule.refund_owner The role whose task a refund is until an official is named.
payment_rule.refund_days Working days within which money is paid back.
payment_rule.repay_days Working days to pay again what was taken back after the issue.
payment_rule.lowest_part The smallest part of a bill that the network may take, in JOD.
appointment_rule.visit_minutes How long an inspector is at a home.
official.official Employee number, one word such as E-17, as events and evidence name the person.
official.key The employee number as it is compared, derived by fold_reference().
official.login The person's own login; null: the person works through an application.
official.claimed_by Logins of applications that may say act_as() for the person.
official.roles What the person does: clerk, inspector, committee, director, cashier, analyst, admin, auditor, secretary.
official.districts Numbers of the districts whose cases are the person's; null: all.
official.identity_no Identity number, so that nobody acts in a case of their own.
workflow_separation.workflow The workflow.
workflow_separation.version Its version.
workflow_separation.deed Deed that is refused: review, inspect or decide.
workflow_separation.other Deed whose doer may not do it: review, inspect, decide or receive.
rule_proposal.changes The changes, as propose_rules() takes them.
rule_proposal.why Why, as the proposer says.
rule_proposal.decision approved or rejected; null: it waits.
rule_proposal.decided_at When it was decided.
rule_proposal.decided_by Who decided, as actor() says.
rule_proposal.decided_role The role of who decided.
rule_proposal.decided_session_role The login of who decided.
rule_proposal.note Why it was rejected.
rule_journal.entry_no Number of the entry, drawn when it was written.
rule_journal.format How hash is computed.
rule_journal.rule_table Table of the rules.
rule_journal.act publish, close, withdraw, or draft: of a workflow that is not published yet.
rule_journal.rows The rows as they were written; of a closing or withdrawal their keys, valid and withdrawal.
rule_journal.open_cases How many open cases were judged on a day of the rows.
rule_journal.actor The person, as actor() says.
rule_journal.role current_user.
rule_journal.known_at When the entry was written.
rule_journal.standing Why the entry may stand: two, emergency, alone, superuser, ending, draft.
rule_journal.rule_proposal_id The proposal that was approved; null: none.
rule_journal.why Why: of the proposal or of the emergency.
rule_journal.hash SHA-256 over the entry and the hash of the one before.
rule_journal.confirmed_at When a second person confirmed an emergency.
rule_journal.confirmed_by Who confirmed it.
rule_journal.confirmed_role The role of who confirmed it.
rule_journal.confirmed_session_role The login of who confirmed it.
rule_journal.place Place in the chain, in the order of the commits.
emergency_rules.entry_no Number of the entry of rule_journal.
emergency_rules.known_at When it was written.
emergency_rules.actor Who published it alone.
emergency_rules.why The reason.
emergency_rules.rule_table Table of the rules.
emergency_rules.act publish, close or withdraw.
emergency_rules.open_cases How many open cases were judged on a day of the rows.
municipality.code Code of the municipality.
municipality.name_ar What messages in Arabic call it.
municipality.name_en What messages in English call it.
municipality.time_zone The time zone in which days, hours and months are counted, such as a continent and a city.
profession_word.profession The profession that the word means.
profession_word.word What people call it.
profession_word.key What is compared: the word folded (fold_name).
licence_rule.renewal_opens_days How many days before the end of a term it can be renewed.
licence_rule.renewal_closes_days How many days after its end it can still be renewed.
licence_rule.renewal_continues Whether who submitted a renewal before the end may go on working.
licence_rule.surcharge_model By which rows of late_surcharge lateness costs more: none, anniversary or season.
licence_rule.barred_days How long after a revocation nobody gets the same licence anew.
licence_rule.objection_days How many days a person has to object to a decision, from its service.
licence_rule.transfer_days How many days heirs have to ask for a transfer.
licence_rule.hearing_days How many days a holder has to answer a notice, at least.
licence_rule.immediate_days How many days a suspension without a hearing lasts, at most.
reminder_rule.days_before How many days before the last day of a term the reminder is owed.
reminder_rule.template Its text (sms_template).
licence_rule.reminder_stop_share Share of the register; a run that would remind more, beyond what is owed, stops.
late_surcharge.model anniversary (counted from the end of the term) or season (of the calendar).
late_surcharge.free_days How many days after the end of the term cost nothing.
late_surcharge.free_month The month up to whose last day it costs nothing.
late_surcharge.share Share of the scheduled amount.
late_surcharge.item_ar The line of the bill in Arabic.
late_surcharge.item_en The line of the bill in English.
evidence_validity.kind document, inspection, decision or approval.
evidence_validity.code Type of document, or authority; null: those without a row of their own.
evidence_validity.months How many months it carries over; null: for ever, 0: never.
evidence_validity.ended_by The changes of the licence that end it.
service_fee.workflow The workflow.
service_fee.amount What a case of it costs, JOD.
service_fee.item_ar The line of the bill in Arabic.
service_fee.item_en The line of the bill in English.
workflow_change.workflow The workflow.
workflow_change.version Its version.
workflow_change.fact What a case may change of its licence.
workflow_conflict.workflow The workflow.
workflow_conflict.version Its version.
workflow_conflict.other The workflow beside whose open cases it is refused.
workflow_conflict.ruling refused, or same_fact: only where both change one fact.
home_rule.max_home_m2 The largest area that a home can have, m².
home_rule.footprint_times How many times the area of the home a footprint can be.
appointment_rule.days_ahead How many days ahead an appointment may be.
appointment_rule.moves How often an applicant may move an appointment while the case waits for the visit.
appointment_rule.move_hours Until how many hours before it an applicant may move it.
appointment_rule.officials_only Whether an inspector has to be one of the table official.
inspection_capacity.inspector The inspector; null: see district.
inspection_capacity.inspector_key The same as it is compared, derived.
inspection_capacity.district The district; null with inspector: each inspector who has no row.
inspection_capacity.period Leave, Ramadan and the like: takes the place of the row without one; null: the usual.
inspection_capacity.visits How many inspections a day; 0: none.
workflow.workflow Code of the workflow.
workflow.version Version of the workflow, from 1.
workflow.published_at Since when its rows stay as they are; null: a draft.
workflow_state.workflow The workflow.
workflow_state.version Its version.
workflow_state.state Code of the state.
workflow_state.kind start, open or end.
workflow_state.waits_for For whom a case waits there: applicant, clerk, inspector, decider or cashier.
workflow_state.target_days Working days from which the deadline follows; null: none.
workflow_state.grace_days Calendar days after the deadline before a case lapses.
workflow_state.extend_days How far ahead one extension may put the deadline, in working days from its day.
workflow_state.deadline_template The message that tells the applicant the deadline.
workflow_transition.workflow The workflow.
workflow_transition.version Its version.
workflow_transition.action Name of the step.
workflow_transition.from_state State from which it leads.
workflow_transition.to_state State to which it leads.
workflow_transition.role Who takes it, without licence_home_; decider: whom the edition names.
workflow_transition.name_ar What the step is called in Arabic, beside its action; null: by its action alone.
workflow_transition.name_en The same in English.
workflow_transition.preconditions Conditions of the step, in the order in which they are asked.
workflow_transition.effects What the step does besides.
workflow_transition.messages Templates of the messages that the step owes.
workflow_evidence.workflow The workflow.
workflow_evidence.version Its version.
workflow_evidence.state State in which it may be written.
workflow_evidence.evidence Table of evidence.
workflow_evidence.operation insert, review, close, cancel or amend.
workflow_evidence.role Who writes it, without licence_home_; decider: whom the edition names.
retention_rule.keep How long a person's data are kept after the last that happened.
$comments$, E'\n'), E'\n') AS l
    LOOP
        EXECUTE format('COMMENT ON COLUMN licence_home.%I.%I IS %L', line[1], line[2], line[3]);
    END LOOP;
END $do$;
