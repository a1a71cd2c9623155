// An embedded ledger whose server does not do what it says, to see that the model notices. Nothing of it can be proven: the
// client has no way to know.

import { LocalTransport, type LocalService } from '../../src/client/local-transport.js';
import { openEngine } from '../../src/engine/engine.js';
import type { Backend } from './backends.js';
import { openOn } from './backends.js';

/** What the server does wrong. */
export type Fault =
  /** Commits under conditions that do not hold. */
  | 'ignores conditions'
  /** The same, but only now and then. */
  | 'ignores conditions at times'
  /** Leaves out the last key of a list. */
  | 'lists too little';

/** Requests and answers of the methods concerned. */
interface Message {
  setRequest?: { preconditions: unknown[] };
  entries?: unknown[];
}

const DATABASE = 'ledger';

/** Opens it, in memory. */
export async function faultyBackend(fault: Fault): Promise<Backend> {
  const engine = await openEngine({ databases: [DATABASE] });
  let writes = 0;
  const service: LocalService = {
    uuid: engine.uuid,
    stream: (call, requests) => engine.service.stream(call, requests),
    async unary(call, request) {
      const method = call.path.split('/').at(-1);
      if (method === 'VerifiableSet' && fault !== 'lists too little') {
        const { setRequest } = request as Message;
        const isIgnored = fault === 'ignores conditions' || ++writes % 3 === 0;
        if (setRequest !== undefined && isIgnored) setRequest.preconditions = [];
      }
      const answer = await engine.service.unary(call, request);
      if (method !== 'Scan' || fault !== 'lists too little') return answer;
      return { ...(answer as Message), entries: (answer as Message).entries?.slice(0, -1) };
    },
  };
  const nothing = () => Promise.resolve();
  return {
    name: 'memory',
    open: () =>
      openOn({
        ...engine.ownCredentials,
        database: DATABASE,
        transport: new LocalTransport(service, { address: 'faulty', close: nothing }),
      }),
    close: () => engine.close(),
  };
}
