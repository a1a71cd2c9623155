// Orders to a process, one after the other, each with one answer.
import type { Spoken } from './process.js';

/** Sends an order and gives what is told, without the word `told`. */
export type Ask = (order: string) => Promise<string>;

/** @param worker which tells `ready` first */
export async function answerer(worker: Spoken): Promise<Ask> {
  if ((await worker.line(/^ready/)) === undefined)
    throw new Error(`It ended before it began. ${worker.errors}`);
  return async (order) => {
    const from = worker.lines.length;
    worker.send(order);
    const line = await worker.line(/^told /, from);
    if (line === undefined)
      throw new Error(`It ended at "${order}" (${String(await worker.ended)}). ${worker.errors}`);
    return line.slice('told '.length);
  };
}

/** @throws Error for another answer @returns the answer */
export async function expectAnswer(ask: Ask, order: string, expected: RegExp): Promise<string> {
  const answer = await ask(order);
  if (!expected.test(answer)) throw new Error(`"${order}" gave "${answer}", not ${String(expected)}`);
  return answer;
}
