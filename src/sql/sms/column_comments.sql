-- ---------------------------------------------------------------------
-- What each column of the tables of messages says.
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
sms_template.template Code of the text, as steps name it.
sms_template.language ar or en.
sms_template.body The text, with placeholders in braces.
sms_template.max_parts Most parts (SMS) that the text may need.
sms_template.priority Lane of its messages, 0 to 9; the higher goes first.
sms_template.expires_after How long after it was written a message may leave.
sms_template.doubt What becomes of a message in doubt: hold (for a person) or resend (once).
sms_template.send_from Hour of the day in the city from which it may leave; null: any.
sms_template.send_until Hour of the day in the city until which it may leave; null: any.
sms_message_text.message_id Number of the message.
sms_message_text.event_no The event that owes it; null, as application_no: it is about the applicant and no case.
sms_message_text.applicant_id To whom it goes.
sms_message_text.template Code of its text.
sms_message_text.language Language of its text: ar or en.
sms_message_text.phone Telephone on the day on which it was written.
sms_message_text.body The text, as sent.
sms_message_text.parts Parts (SMS) that it needs.
sms_message_text.priority Its lane, 0 to 9; the higher goes first.
sms_message_text.doubt What becomes of it in doubt: hold (for a person) or resend (once).
sms_message_text.send_from Hour of the day in the city from which it may leave; null: any.
sms_message_text.send_until Hour of the day in the city until which it may leave; null: any.
sms_message_text.lasts How long after it was written, or resent, it may leave.
sms_message_text.useless_from The appointment that it announces, after which it says nothing.
sms_message_text.deadline_no The deadline that it names (case_deadline); null: none.
sms_message_text.unwanted_at Since when it is not sent any more.
sms_message_text.unwanted_why Why: its case ended, its step was taken back, or a later message says it.
sms_message_text.created_at When the step wrote it.
sms_message_text.phone_stays It goes to phone, though the applicant's may be another by now.
sms_message_text.agency_id The power by which an agent gets it too; 0: the applicant's own.
sms_queue.message_id The message.
sms_queue.applicant_id To whom it goes.
sms_queue.turn Its place in its lane; null: it cannot go now.
sms_queue.wake_at When it can go again; of one in doubt, until when a report may settle it.
sms_queue.claimed_at Since when a run of the sender has or had it.
sms_queue.run_id Run of the sender that has or had it.
sms_queue.expires_at After this it does not leave.
sms_queue.send_from Hour of the day in the city from which it may leave; null: any.
sms_queue.send_until Hour of the day in the city until which it may leave; null: any.
sms_queue.phone Telephone when it was claimed.
sms_queue.attempts How often the gateway was asked.
sms_queue.failures Attempts that make the next wait longer.
sms_queue.lane Its priority.
sms_queue.series 1, and 1 more each time an official had it resent.
sms_queue.open It stands in its recipient's queue: later ones to the same person wait.
sms_queue.parked It stands behind an earlier message to the same person.
sms_queue.resent It was sent once more after a doubt.
sms_queue.status waiting, sending, in_doubt, dead, expired or cancelled.
sms_queue.gateway The gateway through which it was last sent.
sms_queue.reason Why it waits, or how it ended.
sms_queue.deadline_no The deadline that it names, for the sender to note that it was told.
sms_attempt.message_id The message.
sms_attempt.attempt Number of the attempt, from 1.
sms_attempt.series The message's series at that time.
sms_attempt.resent Whether it was sent once more after a doubt.
sms_attempt.outcome accepted, retry, credentials, permanent or in_doubt.
sms_attempt.http_status Status of the gateway's answer; null: none came.
sms_attempt.run_id The run of the sender.
sms_attempt.phone The telephone to which it was sent.
sms_attempt.claimed_at When the run took it.
sms_attempt.recorded_at When the outcome was written.
sms_attempt.gateway The gateway that was asked.
sms_attempt.gateway_message_id The gateway's number of the message; null: reports bring back ours.
sms_attempt.answer How the answer began; credentials, number and text are redacted.
sms_attempt.error What went wrong on the way.
sms_delivery_report.message_id The message.
sms_delivery_report.series The message's series that was reported on.
sms_delivery_report.status delivered, failed, buffered, accepted or rejected.
sms_delivery_report.gateway_message_id The number that the report brought.
sms_delivery_report.at When it happened, as the report says.
sms_delivery_report.received_at When the report came.
sms_intervention.intervention_no Number of the intervention.
sms_intervention.message_id The message.
sms_intervention.action resend, cancel or serve.
sms_intervention.was Status of the message before.
sms_intervention.reason Why; of one that was handed over, how.
sms_intervention.actor Who, as actor() says.
sms_intervention.role In which role.
sms_intervention.at When.
sms_intervention.served_on The day on which it was handed over.
sms_history.message_id Number of the message.
sms_history.event_no The event that owed it.
sms_history.applicant_id To whom it went.
sms_history.template Code of its text.
sms_history.language Language of its text: ar or en.
sms_history.phone The telephone to which it went.
sms_history.body The text, as sent.
sms_history.parts Parts (SMS) that it needed.
sms_history.priority Its lane.
sms_history.doubt What was to become of it in doubt.
sms_history.status How it ended.
sms_history.attempts How often the gateway was asked.
sms_history.expires_at After this it was not to leave.
sms_history.resent It was sent once more after a doubt.
sms_history.run_id The last run of the sender that had it.
sms_history.gateway The gateway through which it was last sent.
sms_history.gateway_message_id The gateway's number of it.
sms_history.created_at When the step wrote it.
sms_history.claimed_at When the last run took it.
sms_history.accepted_at When the gateway accepted it.
sms_history.delivered_at When it was delivered, as reported.
sms_history.last_error What went wrong last.
sms_history.trail Its attempts, reports and interventions.
sms_history.deadline_no The deadline that it named; null: none.
sms_history.agency_id The power by which an agent got it; null: the applicant's own.
sms_run.run_id Number of the run.
sms_run.started_at When it began, by the machine's clock.
sms_run.seen_at Its last sign of life.
sms_run.ended_at When it ended; null: it runs, or it died.
sms_run.run_by Login of the run.
sms_run.accepted Messages that were accepted.
sms_run.other Attempts that ended otherwise.
sms_run.broke_off It ended by an error or a crash, as a later run found.
sms_gateway_bucket.gateway The gateway, one with a rate.
sms_gateway_bucket.tokens Messages that may leave at once.
sms_gateway_bucket.filled_at When that was so, by the machine's clock.
sms_retention.archive_after How long a settled message stays in the tables at work.
sms_retention.keep How long it is kept at all; a month is dropped whole.
sms_gateway.gateway Name of the gateway.
sms_gateway.priority Of the gateways that work the highest sends.
sms_gateway.url URL of a request, with placeholders.
sms_gateway.sender_id Name or number that messages come from.
sms_gateway.ca Authorities to trust, in PEM; null: the system's.
sms_gateway.connect_timeout_ms How long a connection may take, in milliseconds.
sms_gateway.answer_timeout_ms How long an answer may take, in milliseconds.
sms_gateway.doubt_wait How long a delivery report may settle a doubt.
sms_gateway_profile.profile Name of the profile.
sms_gateway_profile.base_url Where the provider serves everybody; null: each customer has its own.
sms_gateway_profile.path What follows the base of the URL.
sms_gateway_credential.gateway The gateway.
sms_gateway_credential.name Name of the placeholder.
sms_gateway_credential.secret What the placeholder stands for.
sms_gateway_credential.host Protocol, host and port that it was entered for, and goes to; null: the gateway had no row.
sms_gateway_pause.gateway The gateway that sends nothing for now.
sms_gateway_pause.paused_at Since when.
sms_gateway_pause.probe_at When one message tries again.
sms_gateway_pause.why Why it is paused.
kannel_box.box Who this database is there: the smsbox-id of Kannel's smsbox-route.
kannel_box.host Address of bearerbox.
kannel_box.port Its smsbox-port.
kannel_box.connected_at Since when the job is connected, by the machine's clock.
kannel_box.reported_at When the last report came.
kannel_box.trouble Why the job is not connected.
sender_identity.only_row True: there is one row.
sender_identity.system_identifier Of the cluster that is armed.
sender_identity.timeline Of the cluster that is armed.
sender_identity.directory File number of the data directory.
sender_identity.database Name of the database.
sender_identity.host Name of the host.
sender_identity.armed_at When it was armed.
sender_identity.armed_by Who armed it.
sender_identity.jobs_since Since when pg_cron is to run the sender; null: not scheduled.
sms_message.status waiting, sending, accepted, delivered, failed, in_doubt, dead, expired or cancelled.
sms_message.phone Telephone to which it goes or went.
sms_message.waits_for What a waiting one waits for.
sms_message.attempts How often the gateway was asked.
sms_message.next_attempt_at When it can go next; null for in_doubt: held for a person.
sms_message.expires_at After this it does not leave.
sms_message.resent It was sent once more after a doubt.
sms_message.run_id Run of the sender that has or had it.
sms_message.gateway The gateway through which it was last sent.
sms_message.gateway_message_id What delivery reports bring back.
sms_message.claimed_at When the last run took it.
sms_message.accepted_at When the gateway accepted it.
sms_message.delivered_at When it was delivered, as reported.
sms_message.last_error What went wrong last.
sms_message.deadline_no The deadline that it names; null: none.
sms_message.agency_id The power by which an agent gets it too; null: the applicant's own.
sms_status.status waiting, sending, accepted, delivered, failed, in_doubt, dead, expired or cancelled.
sms_status.waits_for What a waiting one waits for.
sms_status.attempts How often the gateway was asked.
sms_status.next_attempt_at When it can go next; null for in_doubt: held for a person.
sms_status.expires_at After this it does not leave.
sms_status.resent It was sent once more after a doubt.
sms_status.run_id Run of the sender that has or had it.
sms_status.gateway The gateway through which it was last sent.
sms_status.gateway_message_id What delivery reports bring back.
sms_status.claimed_at When the last run took it.
sms_status.accepted_at When the gateway accepted it.
sms_status.delivered_at When it was delivered, as reported.
sms_status.last_error What went wrong last.
sms_status.deadline_no The deadline that it names; null: none.
sms_status.agency_id The power by which an agent gets it too; null: the applicant's own.
messages_to_print.not_theirs_at Since when the telephone is known to be another's; null: there is none.
messages_to_print.date_named The deadline in the text; null: none.
messages_to_print.useless_from From when it says nothing any more.
messages_to_print.deadline_no The deadline that it names; null: none.
messages_to_print.created_at When the step wrote it.
sms_trail.kind attempt, report or intervention.
sms_trail.at When.
sms_trail.what What came of it.
sms_trail.series The message's series.
sms_trail.gateway The gateway.
sms_trail.http_status Status of the gateway's answer.
sms_trail.took How long the answer took.
sms_trail.detail How the answer began, or what went wrong, or why.
sms_trail.by Who intervened.
sms_health.waiting Messages that wait.
sms_health.waiting_5_minutes Of these, for 5 minutes and longer.
sms_health.waiting_1_hour Of these, for an hour and longer.
sms_health.waiting_1_day Of these, for a day and longer.
sms_health.oldest_waiting How long the oldest has waited.
sms_health.asleep Messages that wait for their hours or a retry.
sms_health.behind_others Messages that stand behind an earlier one to the same person.
sms_health.overdue Waiting messages that could go, or that failed, older than 15 minutes; a day where the text has its hours.
sms_health.sending Messages that a run of the sender has.
sms_health.in_doubt Messages of which nobody knows whether they were sent.
sms_health.held Of these, those that are held for a person.
sms_health.dead Messages that the gateways refused for good.
sms_health.expired Messages that ended unsent, since their time was over.
sms_health.expired_1_day Messages that expired within a day.
sms_health.per_second Messages accepted a second, in the last two minutes.
sms_health.resting Gateways that are paused, and why.
sms_health.next_probe When the next paused gateway is tried.
sms_health.armed Whether this database is the one that sends.
sms_health.jobs_since Since when pg_cron is to run the sender.
sms_health.runs Runs of the sender that live.
sms_health.broken_runs Runs that broke off since one ended well.
sms_health.last_run When the last run began.
sms_health.last_seen Last sign of life of a run.
sms_health.next_run When the next run is due.
sms_health.trouble What is wrong, in words; empty where all is well.
$comments$, E'\n'), E'\n') AS l
    LOOP
        EXECUTE format('COMMENT ON COLUMN licence_home.%I.%I IS %L', line[1], line[2], line[3]);
    END LOOP;
END $do$;
