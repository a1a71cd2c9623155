// Guide of README.md: SQL, and rows with their proof.
import { connect, type ImmuError, sqlJson } from 'immurepo/client';

const client = await connect({
  url: process.env.IMMUDB_URL ?? 'immudb://immudb:immudb@localhost:3322/defaultdb',
  trust: { firstUse: true },
});
const { sql } = client;

await sql.exec('CREATE TABLE account(id INTEGER, owner VARCHAR, balance INTEGER, tags JSON, PRIMARY KEY id)');
const opened = await sql.exec(
  'INSERT INTO account(id, owner, balance, tags) VALUES (@id, @owner, @balance, @tags)',
  { id: 1, owner: 'Ada', balance: 100n, tags: sqlJson(['vip']) },
);

// Run again from the start when another transaction changed what it read; rolled back when it throws.
await sql.transaction(
  async (tx) => {
    const row = await tx.query<{ balance: bigint }>('SELECT balance FROM account WHERE id = ?', [1]).first();
    if (row === undefined || row.balance < 30n) throw new Error('not enough');
    await tx.exec('UPDATE account SET balance = ? WHERE id = ?', [row.balance - 30n, 1]);
  },
  { retries: 3 },
);

for await (const row of sql.query<{ owner: string; balance: bigint }>('SELECT owner, balance FROM account'))
  console.log(row.owner, row.balance); // → Ada 70n
const before = 'SELECT balance FROM account UNTIL TX @tx WHERE id = 1';
console.log(await sql.query(before, { tx: opened.txId! }).all()); // → [ { balance: 100n } ]

// The same row with its proof, by a schema out of proven entries of the catalog, to be kept and pinned.
const { schema } = await sql.verifiedSchema('account');
const proven = await sql.verifiedRow<{ balance: bigint; tags: string[] }>('account', 1n, { schema });
console.log(proven?.row.balance, proven?.row.tags); // → 70n [ 'vip' ]
const first = await sql.verifiedRow<{ balance: bigint }>('account', 1n, { schema, atTx: opened.txId });
console.log(first?.row.balance, first?.proof.txId === opened.txId); // → 100n true

try {
  await sql.exec('USE other');
} catch (error) {
  console.log((error as ImmuError).code); // → SQL_STATEMENT
}
await client.close();
