// The journey with node-postgres.
const { Client } = require('pg');

const identityNo = process.argv[2];
const documents = [['title_deed', '2012/1'], ['occupancy_permit', '1995/2'], ['construction_licence', '1994/3']];

async function login(user) {
  const client = new Client({ user });
  await client.connect();
  return client;
}

async function transaction(client, work) {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function main() {
  const portal = await login('portal_login');
  const [applicantId, applicationNo] = await transaction(portal, async () => {
    const person = await portal.query(
      `INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING applicant_id`,
      ['citizen', identityNo, 'سلمى', 'Salma', '079' + identityNo.slice(3), null]);
    console.log('registered');
    const { rows: [draft] } = await portal.query(
      `INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel,
         home_area_m2, work_area_m2, built_on, employees, people, tenant)
       VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING *`,
      [person.rows[0].applicant_id, 'electronic_marketing', 35.84, 31.98, '142 اليادودة', '5 الحنو', identityNo,
        120, 15, '1995-06-01', 0, 1, false]);
    console.log(draft.state);
    for (const [kind, number] of documents) {
      await portal.query('INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, $2, $3)',
        [draft.application_no, kind, number]);
    }
    const { rows: [submitted] } = await portal.query(
      "UPDATE licence_home.application SET state = 'submitted' WHERE application_no = $1 RETURNING state",
      [draft.application_no]);
    console.log(submitted.state);
    const found = await portal.query('SELECT 1 FROM licence_home.application WHERE application_no = ANY ($1::text[])',
      [[draft.application_no]]);
    console.log('found', found.rowCount);
    return [person.rows[0].applicant_id, draft.application_no];
  });

  const refused = async (statement, values) => {
    try {
      await transaction(portal, async () => {
        await portal.query('SELECT licence_home.act_for($1)', [applicantId]);
        await portal.query(statement, values);
      });
    } catch (error) {
      console.log('refused', error.code, error.column || '');
    }
  };
  await refused('SELECT 1 FROM licence_home.application WHERE application_no = $1::varchar', ['no number']);
  await refused("INSERT INTO licence_home.application (applicant_id, profession, district) VALUES ($1, 'jams', 3)", [applicantId]);

  const clerk = await login('clerk_login');
  await transaction(clerk, async () => {
    const reviewed = await clerk.query("UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1",
      [applicationNo]);
    console.log('reviewed', reviewed.rowCount);
    await clerk.query('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, $2, $3)',
      [applicationNo, new Date('2026-03-05T09:30:00+03:00'), identityNo]);
    await clerk.query("UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE application_no = $1", [applicationNo]);
  });

  await transaction(portal, async () => {
    await portal.query('SELECT licence_home.act_for($1)', [applicantId]);
    const { rows: [row] } = await portal.query(
      `SELECT a.state, p.name_en, a.work_area_m2 FROM licence_home.application AS a
       JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = $1`, [applicationNo]);
    console.log('read', row.state, row.name_en, row.work_area_m2);
  });
  await portal.end();
  await clerk.end();
}

main().catch((error) => { console.error(error); process.exit(1); });
