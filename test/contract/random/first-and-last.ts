// The steps every history begins and ends with: something to meet, and a look at all that came of it.
import { utf8 } from '../../../src/bytes.js';
import { EntryTypeAction } from '../../../src/wire/immudb/schema/tx.js';
import { key, value } from './parts.js';
import { step, type Source, type Step } from './step.js';

/** Questions to a database without transactions, and a few keys. */
export function firstSteps(source: Source): Step[] {
  const keys = ['a', 'ab', 'b'].map(utf8);
  const KVs = keys.map((of) => ({ key: of, value: value(source) }));
  return [
    step('currentState', {}),
    step('scan', {}),
    step('txScan', { initialTx: 1n }),
    step('get', { key: key(source) }),
    step('verifiableTxById', { tx: 1n }),
    step('set', { KVs }, { writes: keys }),
  ];
}

/** All transactions in three forms, all keys, and proofs between any pairs of states. */
export function lastSteps({ random, memory: { head } }: Source): Step[] {
  const all = (action: EntryTypeAction) => ({
    kvEntriesSpec: { action },
    zEntriesSpec: { action },
    sqlEntriesSpec: { action: EntryTypeAction.ONLY_DIGEST },
  });
  const pairs = random.list(6, 6, () => {
    const [tx, proveSinceTx] = [random.bigint(1n, head), random.bigint(1n, head)];
    return step('verifiableTxById', { tx, proveSinceTx });
  });
  return [
    step('currentState', {}),
    step('txScan', { initialTx: 1n }),
    step('txScan', { initialTx: 1n, entriesSpec: all(EntryTypeAction.RAW_VALUE) }),
    step('txScan', { initialTx: head, desc: true, entriesSpec: all(EntryTypeAction.RESOLVE) }),
    step('scan', {}),
    step('scan', { desc: true }),
    step('countAll', {}),
    ...pairs,
  ];
}
