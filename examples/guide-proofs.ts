// Guide of README.md: why an entity is believed, hash by hash.
import { createHash } from 'node:crypto';
import { Entity, evidenceOf, Id, openLedger, Property } from 'immurepo';
import type { MerkleStep } from 'immurepo/client';

@Entity({ name: 'will' })
class Will {
  @Id() id!: string;
  @Property() heir!: string;
}

const ledger = await openLedger({ path: './ledger', entities: [Will] });
const wills = ledger.repository(Will);
const will = await wills.save(wills.create({ id: 'w-1', heir: 'Grace' }));
for (const id of ['w-2', 'w-3', 'w-4']) await wills.save(wills.create({ id, heir: 'Bob' }));

const { key, txId } = evidenceOf(will);
const path = await ledger.client.proofs.merklePath(key, { atTx: txId });
if (path === undefined) throw new Error(`transaction ${String(txId)} did not write ${will.id}`);
const { entry, entrySteps, entriesRoot, transaction, chain, trusted } = path;
console.log(transaction.txId === txId, trusted.txId > txId, chain.kind); // → true true tree

const leadsTo = (root: Uint8Array, leaf: Uint8Array, steps: readonly MerkleStep[]) => {
  let node = leaf;
  for (const { side, sibling } of steps) {
    const [left, right] = side === 'left' ? [sibling, node] : [node, sibling];
    node = createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
  }
  return Buffer.compare(node, root) === 0;
};
console.log(leadsTo(entriesRoot, entry.leaf, entrySteps)); // → true
if (chain.kind === 'tree') console.log(leadsTo(chain.root, chain.leaf, chain.steps)); // → true
await ledger.close();
