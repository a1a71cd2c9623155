// Guide of README.md: documents, users and replicas of an immudb server.
import { connect, MemoryTrustStore } from 'immurepo/client';

const url = process.env.IMMUDB_URL ?? 'immudb://immudb:immudb@localhost:3322/defaultdb';
const trust = { firstUse: true, store: new MemoryTrustStore() } as const;
const client = await connect({ url, trust });
const name = `guide_${Date.now().toString(36)}`;
await client.createDatabase(name);
const guide = await client.useDatabase(name, { trust });
const { documents, admin } = guide;

await documents.createCollection('people', {
  fields: [{ name: 'age', type: 'integer' }],
  indexes: [{ fields: ['age'] }],
});
const [ada] = await documents.verifiedInsert('people', [
  { name: 'Ada', age: 36 },
  { name: 'Bob', age: 20 },
]);
if (ada === undefined) throw new Error('nothing was inserted');
console.log(ada.document.name, ada.writer); // → Ada immudb

await documents.verifiedReplace('people', { where: { _id: ada.id } }, { name: 'Ada', age: 37 });
console.log((await documents.verifiedGet('people', ada.id))?.document.age); // → 37
console.log((await documents.verifiedGet('people', ada.id, { atTx: ada.txId }))?.document.age); // → 36

for await (const { document } of documents.search('people', { where: { age: { ge: 30 } } })) {
  console.log(document.name); // → Ada
}

// A copy on another server, or here: every transaction is proven before it is put in.
const copyName = `${name}_copy`;
await client.createDatabase(copyName, { settings: { replicationSettings: { replica: true } } });
const copy = await client.useDatabase(copyName, { trust });
await admin.replicateInto(copy);
console.log((await admin.replicationStatus(copy)).relation); // → level

for (const database of [name, copyName]) {
  await client.admin.unloadDatabase(database);
  await client.admin.deleteDatabase(database, { confirm: database });
}
await client.close();
