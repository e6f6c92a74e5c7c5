<?php
// The journey with PDO.
$identity_no = $argv[1];
$documents = ['title_deed' => '2012/1', 'occupancy_permit' => '1995/2', 'construction_licence' => '1994/3'];

function login(string $name): PDO
{
    return new PDO(sprintf('pgsql:host=%s;port=%s;dbname=%s', getenv('PGHOST'), getenv('PGPORT'), getenv('PGDATABASE')),
        $name, '', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
}

function run(PDO $pdo, string $statement, array $values = []): PDOStatement
{
    $prepared = $pdo->prepare($statement);
    $prepared->execute($values);
    return $prepared;
}

$portal = login('portal_login');
$portal->beginTransaction();
run($portal, 'INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, name_en, phone, language)
    VALUES (DEFAULT, ?, ?, ?, ?, ?, ?)', ['citizen', $identity_no, 'سلمى', 'Salma', '079' . substr($identity_no, 3), null]);
$applicant_id = $portal->lastInsertId();
echo "registered\n";
[$application_no, $state] = run($portal, 'INSERT INTO licence_home.application (applicant_id, profession, home, village, basin,
    parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING application_no, state',
    [$applicant_id, 'electronic_marketing', 'SRID=4326;POINT(35.84 31.98)', '142 اليادودة', '5 الحنو', $identity_no,
        120, 15, '1995-06-01', 0, 1, 'false'])->fetch(PDO::FETCH_NUM);
echo "$state\n";
foreach ($documents as $kind => $number) {
    run($portal, 'INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (?, ?, ?)',
        [$application_no, $kind, $number]);
    if ($portal->lastInsertId() != $portal->lastInsertId('licence_home.document_document_id_seq')) {
        echo "another id\n";
    }
}
echo run($portal, "UPDATE licence_home.application SET state = 'submitted' WHERE application_no = ? RETURNING state",
    [$application_no])->fetchColumn(), "\n";
echo 'found ', run($portal, 'SELECT count(*) FROM licence_home.application WHERE application_no IN (?, ?)',
    [$application_no, $application_no])->fetchColumn(), "\n";
$portal->commit();

function refused(PDO $portal, string $applicant_id, string $statement, array $values): void
{
    $portal->beginTransaction();
    try {
        run($portal, 'SELECT licence_home.act_for(?)', [$applicant_id]);
        run($portal, $statement, $values);
    } catch (PDOException $error) {
        // PDO does not give the name of a column but in the message
        preg_match('/column "(\w+)"/', $error->getMessage(), $column);
        echo 'refused ', $error->getCode(), ' ', $column[1] ?? '', "\n";
    }
    $portal->rollBack();
}
refused($portal, $applicant_id, 'SELECT 1 FROM licence_home.application WHERE application_no = ?', ['no number']);
refused($portal, $applicant_id, "INSERT INTO licence_home.application (applicant_id, profession, district) VALUES (?, 'jams', 3)",
    [$applicant_id]);

$clerk = login('clerk_login');
$clerk->beginTransaction();
echo 'reviewed ', run($clerk, "UPDATE licence_home.document SET review = 'accepted' WHERE application_no = ?",
    [$application_no])->rowCount(), "\n";
run($clerk, 'INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES (?, ?, ?)',
    [$application_no, '2026-03-05 09:30+03', $identity_no]);
run($clerk, "UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE application_no = ?", [$application_no]);
$clerk->commit();

$portal->beginTransaction();
run($portal, 'SELECT licence_home.act_for(?)', [$applicant_id]);
echo 'read ', implode(' ', run($portal, 'SELECT a.state, p.name_en, a.work_area_m2 FROM licence_home.application AS a
    JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = ?', [$application_no])->fetch(PDO::FETCH_NUM)), "\n";
$portal->commit();
