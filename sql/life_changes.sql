-- The stories of a licence that changes: amended, surrendered, copied, transferred.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
\pset null '(null)'

SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('issued') AS no \gset
SELECT licence_home_internal.licence_of_case(:'no') AS licence \gset

\echo == what differs in nothing is no amendment
SET licence_home.clock = '2026-06-01 10:00+03';
SELECT story.open('amendment', :'no') AS same \gset
SELECT story.take('portal', :'same', 'submit');

-- (a draft is compared with the licence as it was when it was begun)
SET licence_home.clock = '2026-06-01 10:10+03';
\echo == a smaller area needs no visit and no decision, and costs nothing
SELECT story.open('amendment', :'no', 'work_area_m2 = 9') AS smaller \gset
SELECT kind, code, needed FROM licence_home.to_prove(:'smaller') WHERE kind <> 'criterion';
SELECT story.take('portal', :'smaller', 'submit');
SELECT l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no) WHERE i.application_no = :'smaller' ORDER BY l.line_no;
SELECT story.licence(:'no');
SELECT story.licence(:'no', '2026-05-31');

SET licence_home.clock = '2026-06-01 10:20+03';
\echo == a larger area: a visit, a decision, and the difference for the running term
SELECT story.open('amendment', :'no', 'work_area_m2 = 18') AS larger \gset
SELECT kind, code, needed, why_en FROM licence_home.to_prove(:'larger') WHERE kind <> 'criterion';
SELECT story.take('portal', :'larger', 'submit');
\echo == an amendment beside one of the same fact is refused, of another is not
SELECT story.open('amendment', :'no', 'work_area_m2 = 10') AS beside \gset
SELECT story.outcome('portal', :'beside', 'submit');
SELECT story.open('amendment', :'no', 'people = 2') AS staff \gset
SELECT story.outcome('portal', :'staff', 'submit');
SELECT kind, needed, why_en FROM licence_home.to_prove(:'staff') WHERE kind IN ('inspection', 'decision');
CALL story.make_inspection(:'larger', '2026-06-03 09:30+03');
SELECT story.take('clerk', :'larger', 'schedule_inspection');
CALL story.inspect(:'larger', work_area_m2 => 18);
SELECT story.take('inspector', :'larger', 'refer_to_committee');
CALL story.decide(:'larger');
SELECT story.take('committee', :'larger', 'approve');
SELECT l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no) WHERE i.application_no = :'larger' ORDER BY l.line_no;
SELECT story.look(:'larger');
SET licence_home.clock = '2026-06-04 10:00+03';
SELECT story.pay(:'larger') WHERE EXISTS (SELECT FROM licence_home.invoice AS i WHERE i.application_no = :'larger' AND i.amount > 0);
SELECT story.licence(:'no');

SET licence_home.clock = '2026-06-05 10:30+03';
\echo == the second to finish changes what it asked for, and leaves what the first changed
SELECT story.outcome('clerk', :'staff', 'refer_to_committee');
CALL story.decide(:'staff');
SELECT story.outcome('committee', :'staff', 'approve');
SELECT story.licence(:'no'), (SELECT people FROM licence_home_internal.licence_facts_on(:'licence', licence_home.today(), NULL));

SET licence_home.clock = '2026-06-05 10:40+03';
\echo == a renewal does not change the holder, nor does a surrender change the area
SELECT story.open('surrender', :'no') AS odd \gset
SELECT code, story.masked(:'odd', said) FROM story.attempt('portal', :'odd', format($$UPDATE licence_home.application SET work_area_m2 = 5, state = 'issued' WHERE application_no = %L$$, :'odd'));

\echo == a copy replaces the former ones
SELECT story.open('duplicate_copy', :'no') AS copy \gset
SELECT story.take('portal', :'copy', 'submit');
SELECT story.pay(:'copy');
SELECT template, story.masked(:'copy', body) FROM licence_home.sms_message WHERE application_no = :'copy' ORDER BY message_id;
SELECT copy_no, version_no, term_no FROM licence_home.licence_copy WHERE licence_no = :'licence';

\echo == what can be begun on the licence of an issued case
SELECT action, to_state, role, may_act, story.masked(:'no', blocked_by::text) FROM licence_home.next_actions(:'no');

\echo == surrendered: its last day is today, and a cancelled licence cannot be renewed
SELECT story.take('portal', :'odd', 'submit');
SELECT story.licence(:'no'), story.licence(:'no', '2026-06-06');
SET licence_home.clock = '2027-02-10 10:00+03';
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));
SELECT code, story.masked(:'no', said) FROM story.attempt('portal', :'no', format($$SELECT licence_home.open_case('amendment', %L)$$, :'licence'));

\echo == the licence of another person is none, and a number that is none as well
SELECT story.new_case_in('draft') AS other \gset
SELECT code, replace(said, :'licence', '{licence}') FROM story.attempt('portal', :'other', format($$SELECT licence_home.open_case('renewal', %L)$$, :'licence'));
SELECT code, said FROM story.attempt('portal', :'other', $$SELECT licence_home.open_case('renewal', licence_home.licence_no_make(2026, 99999999))$$);
SELECT code, said FROM story.attempt('portal', :'other', $$SELECT licence_home.open_case('first_issue', licence_home.licence_no_make(2026, 99999999))$$);
SELECT code, said FROM story.attempt('portal', :'other', $$SELECT licence_home.open_case('renewal', NULL)$$);
\echo == a transfer is begun at the counter
SELECT code, replace(said, :'licence', '{licence}') FROM story.attempt('portal', :'other', format($$SELECT licence_home.open_case('transfer', %L)$$, :'licence'));
SELECT code, said FROM story.attempt('portal', :'other', $$SELECT licence_home.open_case('nothing', licence_home.licence_no_make(2026, 99999999))$$);

\echo == what was written is proved once more
SELECT defect, about, required, observed FROM licence_home.unproven_licences() WHERE licence_no = :'licence';
