// Guide of README.md: keys and values by themselves, proven.
import { openLedger } from 'immurepo';

const ledger = await openLedger({ path: './ledger', entities: [] });
const { client } = ledger;
const bytes = (text: string) => new TextEncoder().encode(text);

// One transaction: a value, a reference to exactly that value, and a place in a sorted set.
const done = await client.verifiedExecAll([
  { kind: 'set', key: bytes('doc/1'), value: bytes('draft') },
  { kind: 'setReference', key: bytes('doc/1/first'), referencedKey: bytes('doc/1'), atTx: 'this' },
  { kind: 'zAdd', set: bytes('by-size'), score: 5, key: bytes('doc/1') },
]);
console.log(done.operations.length, done.operations[0]?.proof.txId === done.txId); // → 3 true

// A value as a stream: its length is told beforehand.
async function* pages() {
  yield bytes('final ');
  yield await Promise.resolve(bytes('text'));
}
await client.streams.verifiedSet({ key: bytes('doc/1'), value: pages(), length: 10 });

const first = await client.verifiedGet(bytes('doc/1/first'));
console.log(Buffer.from(first?.value ?? []).toString()); // → draft

for await (const { score, entry } of client.verifiedZScanAll(bytes('by-size'))) {
  console.log(score, Buffer.from(entry.value).toString()); // → 5 final text
}

const value = await client.streams.provisionalGet(bytes('doc/1'));
for await (const piece of value ?? []) console.log(piece.length); // → 10
console.log(value?.verified?.length); // → 10
await ledger.close();
