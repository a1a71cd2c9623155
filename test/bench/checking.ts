// What it costs this process to take an answer with its proof apart, check it and build the entity: no server, no wire.

import { hash } from 'node:crypto';
import type { Ledger } from 'immurepo';
import type { MessageType } from '../../src/client/transport.js';
import { Account } from './account.js';
import { diverted } from './captured.js';
import type { Row } from './report.js';
import { medianOf } from './rounds.js';

const FINDS = 2000;
const ROUNDS = 7;
/** The hashes of a proof, one upon the other: what no checking can do without. */
const HASHES = 73;
const HASHED_BYTES = 65;
/** What checking may cost, and what the hashes alone took where that was decided. */
const GOAL_US = 80;
const HASHES_US = 27;

/**
 * Processor time of finding one entity of which nothing is proven yet, its answer always at hand as bytes.
 *
 * @param ledger cold: without room for what is proven
 * @param what how large the ledger is
 */
export async function checking(ledger: Ledger, id: string, what: string): Promise<Row[]> {
  const accounts = ledger.repository(Account);
  let answer: Uint8Array | undefined;
  const { transport } = ledger.client.connection;
  const unary = transport.unary.bind(transport);
  const finds: number[] = [];
  const hashes: number[] = [];
  await diverted(
    ledger.client,
    'VerifiableGet',
    async () => {
      for (let round = 0; round <= ROUNDS; round++) {
        const [found, hashed] = [await usOf(FINDS, () => accounts.findOrFail(id)), await usOf(FINDS, chain)];
        // The first only warms up.
        if (round === 0) continue;
        finds.push(found);
        hashes.push(hashed);
      }
    },
    async (method, request, options) => {
      answer ??= encoded(method.responseType, (await unary(method, request, options)).message);
      return method.responseType.decode(answer);
    },
  );
  const ratio = medianOf(finds) / medianOf(hashes);
  return [
    {
      what: `decoding, checking and building one entity, ${what}`,
      figure: medianOf(finds),
      unit: 'µs of processor time',
    },
    {
      what: `the same, against ${HASHES} hashes of ${HASHED_BYTES} bytes`,
      figure: ratio,
      unit: '×',
      goal: { atMost: GOAL_US / HASHES_US },
    },
  ];
}

function encoded<T>(type: MessageType<T>, message: T): Uint8Array {
  return type.encode(message).finish();
}

function chain(): void {
  const block = new Uint8Array(HASHED_BYTES);
  for (let done = 0; done < HASHES; done++) block.set(hash('sha256', block, 'buffer'), 1);
}

/** Microseconds of processor time that one of many takes. */
async function usOf(times: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < times; done++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
