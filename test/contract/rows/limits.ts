// More keys than an answer may have: 3,000 in one database.
import { utf8 } from '../../../src/bytes.js';
import { freshDatabase, group, type Probe, type Row } from './table.js';

const [BATCHES, BATCH] = [3, 1000];

async function prepare(db: Probe): Promise<Probe> {
  for (let batch = 0; batch < BATCHES; batch++) {
    const KVs = Array.from({ length: BATCH }, (_, index) => ({
      key: utf8(`k${batch}${index + 1000}`),
      value: utf8('v'),
    }));
    await db.must('set', { KVs });
  }
  return db;
}

const scan = (request: object) => (db: Probe) => db.ask('scan', request, ({ entries }) => entries.length);

const ROWS: readonly Row<Probe>[] = [
  ['Scan without a limit', scan({}), '2500'],
  ['Scan with limit 2500', scan({ limit: 2500n }), '2500'],
  ['Scan with an offset', scan({ offset: 2400n }), '600'],
  ['Scan with an offset beyond the end', scan({ offset: 3000n }), '0'],
  ['Scan downwards without a limit', scan({ desc: true, prefix: utf8('k1') }), '1000'],
  ['streamScan without a limit', (db) => db.stream('streamScan', [{}], (chunks) => chunks.length), '5000'],
  ['CountAll', (db) => db.ask('countAll', {}, ({ count }) => count), '3000n'],
  ['Count by prefix', (db) => db.ask('count', { prefix: utf8('k2') }, ({ count }) => count), '1000n'],
  [
    'TxById of a thousand entries',
    (db) => db.ask('txById', { tx: 3n }, ({ entries }) => entries.length),
    '1000',
  ],
  [
    'VerifiableGet among a thousand entries',
    (db) =>
      db.ask('verifiableGet', { keyRequest: { key: utf8('k11999') }, proveSinceTx: 3n }, (answer) => [
        answer.inclusionProof?.leaf,
        answer.inclusionProof?.width,
        answer.inclusionProof?.terms.length,
      ]),
    '[999, 1000, 8]',
  ],
];

/** All of it. */
export const LIMITS = group<Probe>({
  name: 'limits',
  prepare: async (backend) => prepare(await freshDatabase(backend, 'limits')),
  rows: ROWS,
});
