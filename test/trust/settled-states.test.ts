import { expect, it } from 'vitest';
import type { TxHeader } from '../../src/proof/index.js';
import { evidenceText } from '../../src/trust/evidence-text.js';
import { SettledStates } from '../../src/trust/settled-states.js';

const alh = (fill: number) => new Uint8Array(32).fill(fill);

it('settled states keep the first word, know the predecessor of a header, and are bounded', () => {
  const states = new SettledStates();
  states.add({ txId: 2n, alh: alh(2) });
  states.add({ txId: 2n, alh: alh(9) });
  expect(states.of(2n)).toEqual({ txId: 2n, alh: alh(2) });
  states.addPredecessor({ id: 5n, prevAlh: alh(4) } as TxHeader);
  expect(states.of(4n)).toEqual({ txId: 4n, alh: alh(4) });
  states.addPredecessor({ id: 1n, prevAlh: alh(0) } as TxHeader);
  expect(states.of(0n)).toBeUndefined();
  for (let txId = 10n; txId < 5_000n; txId++) states.add({ txId, alh: alh(1) });
  expect([states.of(2n), states.of(4_999n)?.txId]).toEqual([undefined, 4_999n]);
});

it('evidence is kept as text, bytes and large numbers included, unless it is too large', () => {
  expect(evidenceText(undefined)).toBeUndefined();
  const evidence = { tx: { id: 2n ** 63n, hash: Uint8Array.of(1, 2, 255) }, signature: undefined };
  expect(evidenceText(evidence)).toBe('{"tx":{"id":"9223372036854775808","hash":"AQL/"}}');
  expect(evidenceText({ value: new Uint8Array(400_000) })).toMatch(
    /^\{"omitted":"the answer has \d+ characters as JSON"\}$/,
  );
});
