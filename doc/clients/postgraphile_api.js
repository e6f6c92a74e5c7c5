// A case from registration to its licence by PostGraphile alone, each person as
// their own login, over the schema that licence_home.make_api() makes.
const { createPostGraphileSchema, withPostGraphileContext } = require('postgraphile');
const { graphql, getNullableType, isLeafType } = require('graphql');
const { Pool } = require('pg');

const identityNo = process.argv[2];

// What one login sees of the schema.
async function open(user) {
  const pool = new Pool({ user });
  const schema = await createPostGraphileSchema(pool, ['licence_home_api'], { ignoreRBAC: false });
  // one request is one transaction
  const ask = async (source, variables) => {
    const result = await withPostGraphileContext({ pgPool: pool, withPgClient: true },
      (context) => graphql(schema, source, null, context, variables));
    if (result.errors) throw result.errors[0].originalError || result.errors[0];
    return result.data;
  };
  return { pool, schema, ask };
}

// The day comes: a licensing office waits, a test moves the clock.
async function wait(moment) {
  const pool = new Pool({ user: process.env.SUPERUSER });
  await pool.query(`ALTER DATABASE "${process.env.PGDATABASE}" SET licence_home.clock = '${moment}'`);
  await pool.end();
}

const perform = (action) => `perform(input: {applicationNo: $no, action: "${action}"}) { string }`;

async function main() {
  const portal = await open('portal_login');
  const { createApplicant } = await portal.ask(`mutation ($person: ApplicantInput!) {
      createApplicant(input: {applicant: $person}) { applicant { applicantId } } }`,
  { person: { kind: 'citizen', identityNo, nameAr: 'سلمى', nameEn: 'Salma', phone: '079' + identityNo.slice(3) } });
  const { applicantId } = createApplicant.applicant;
  const actFor = `actFor(input: {applicantId: "${applicantId}"}) { clientMutationId }`;

  const drafted = await portal.ask(`mutation ($draft: ApplicationInput!) { ${actFor}
      createApplication(input: {application: $draft}) { application { applicationNo rowVersion } } }`,
  { draft: { applicantId, profession: 'electronic_marketing', home: 'SRID=4326;POINT(35.84 31.98)', village: '142 اليادودة',
    parcel: identityNo, homeAreaM2: '120', workAreaM2: '20', builtOn: '1995-06-01', employees: 0, people: 1, tenant: false } });
  const { applicationNo: no, rowVersion } = drafted.createApplication.application;
  console.log('draft', rowVersion);

  // two windows of one person: the second to save hears of the first
  const save = (area, version) => portal.ask(`mutation ($no: String!, $version: Int!) { ${actFor}
      updateApplicationByApplicationNo(input: {applicationNo: $no, applicationPatch: {workAreaM2: "${area}", rowVersion: $version}}) {
        application { rowVersion } } }`, { no, version });
  await save('15', rowVersion);
  await save('16', rowVersion + 1);
  await save('17', rowVersion).catch((error) => console.log('refused', error.code));

  const papers = ['title_deed', 'occupancy_permit', 'construction_licence'].map((type) =>
    `${type}: createDocument(input: {document: {applicationNo: $no, documentType: "${type}", referenceNo: "2012/${type}"}}) { clientMutationId }`);
  const submitted = await portal.ask(`mutation ($no: String!) { ${actFor} ${papers.join('\n')} ${perform('submit')} }`, { no });
  console.log(submitted.perform.string);

  const clerk = await open('clerk_login');
  const { allDocumentForStaffs: seen } = await clerk.ask(`query ($no: String!) {
      allDocumentForStaffs(condition: {applicationNo: $no}) { nodes { documentId } } }`, { no });
  const reviews = seen.nodes.map(({ documentId }) =>
    `d${documentId}: updateDocumentForStaffByDocumentId(input: {documentId: "${documentId}", documentForStaffPatch: {review: "accepted"}}) { clientMutationId }`);
  const scheduled = await clerk.ask(`mutation ($no: String!) { ${reviews.join('\n')}
      createInspectionForStaff(input: {inspectionForStaff: {applicationNo: $no, scheduledFor: "2026-03-05T12:30:00+03:00", inspector: "${identityNo}"}}) {
        clientMutationId }
      ${perform('schedule_inspection')} }`, { no });
  console.log(scheduled.perform.string);
  await clerk.pool.end();

  await wait('2026-03-05 13:00:00+03');
  const inspector = await open('inspector_login');
  const visit = await inspector.ask(`query ($no: String!) {
      inspectionChecklist(applicationNo: $no) { nodes { criterion } }
      allInspectionForStaffs(condition: {applicationNo: $no}) { nodes { inspectionId } } }`, { no });
  const { inspectionId } = visit.allInspectionForStaffs.nodes[0];
  const findings = visit.inspectionChecklist.nodes.map(({ criterion }) => `${criterion}: createInspectionFindingForStaff(input: {
      inspectionFindingForStaff: {inspectionId: "${inspectionId}", criterion: "${criterion}", ruling: "met"}}) { clientMutationId }`);
  const inspected = await inspector.ask(`mutation ($no: String!) { ${findings.join('\n')}
      updateInspectionForStaffByInspectionId(input: {inspectionId: "${inspectionId}", inspectionForStaffPatch: {outcome: "passed",
        measuredHomeAreaM2: "120", measuredWorkAreaM2: "16"}}) { clientMutationId }
      ${perform('refer_to_committee')} }`, { no });
  console.log(inspected.perform.string);
  await inspector.pool.end();

  const committee = await open('committee_login');
  const decided = await committee.ask(`mutation ($no: String!, $decision: JSON!) {
      writeEvidence(input: {tableName: "decision", values: $decision}) { clientMutationId }
      ${perform('approve')} }`, { no, decision: JSON.stringify({ application_no: no, outcome: 'approved', note: 'as the inspector says' }) });
  console.log(decided.perform.string);
  await committee.pool.end();

  if (decided.perform.string === 'fee_due') {
    const cashier = await open('cashier_login');
    const { allInvoices } = await cashier.ask(
      'query ($no: String!) { allInvoices(condition: {applicationNo: $no}) { nodes { invoiceNo amount } } }', { no });
    const { invoiceNo, amount } = allInvoices.nodes[0];
    await cashier.ask(`mutation { recordPayment(input: {paymentReference: "N${identityNo}", invoiceNo: "${invoiceNo}",
        amount: "${amount}", paidAt: "2026-03-05T12:59:00+03:00"}) { clientMutationId } }`);
    await cashier.pool.end();
  }

  const { read } = await portal.ask(`mutation ($no: String!) { read: actFor(input: {applicantId: "${applicantId}"}) { query {
      applicationByApplicationNo(applicationNo: $no) { state licenceByApplicationNo { licenceNo }
        applicationEventsByApplicationNo { totalCount } smsMessagesByApplicationNo { totalCount } } } } }`, { no });
  const row = read.query.applicationByApplicationNo;
  console.log(row.state, row.licenceByApplicationNo.licenceNo.replace(/[0-9]/g, '9'),
    row.applicationEventsByApplicationNo.totalCount > 4, row.smsMessagesByApplicationNo.totalCount > 3);

  // every column that the applicant sees of the inspection, as the generated type has them
  const columns = Object.values(portal.schema.getType('Inspection').getFields())
    .filter(({ type }) => isLeafType(getNullableType(type))).map(({ name }) => name).filter((name) => name !== 'nodeId');
  const whole = await portal.ask(`mutation ($no: String!) { read: actFor(input: {applicantId: "${applicantId}"}) { query {
      allInspections(condition: {applicationNo: $no}) { nodes { ${columns.join(' ')} } } } } }`, { no });
  const [visited] = whole.read.query.allInspections.nodes;
  console.log('inspection', visited.outcome, columns.includes('outcome'), columns.includes('inspector'), columns.includes('recordedBy'));
  await portal.pool.end();
}

main().catch((error) => { console.error(error); process.exit(1); });
