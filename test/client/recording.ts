// A client of an engine in this process, and what it sends, as it was when it was sent.

import { connect } from '../../src/client/connect.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import { type LocalService, LocalTransport } from '../../src/client/local-transport.js';
import type { Transport } from '../../src/client/transport.js';
import { openEngine } from '../../src/engine/engine.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';

/** A request, or the requests of a stream. */
export interface Sent {
  readonly rpc: string;
  /** All of it but which transaction is trusted so far. */
  readonly text: string;
  /** Whether it holds anything that a caller gave. */
  readonly given: boolean;
}

/** What a client sends by itself. */
const OWN = new Set([
  'OpenSession',
  'CloseSession',
  'KeepAlive',
  'CurrentState',
  'Health',
  'VerifiableTxById',
]);

/** Opens a client of an empty ledger. */
export async function openRecording(): Promise<{
  readonly client: ImmuClient;
  readonly sent: Sent[];
  close(): Promise<void>;
}> {
  const engine = await openEngine({ databases: ['ledger'] });
  const sent: Sent[] = [];
  const note = (rpc: string, request: unknown) => {
    sent.push({ rpc, text: `${rpc} ${textOf(rpc, request)}`, given: !OWN.has(rpc) });
  };
  const service: LocalService = engine.service;
  const local = new LocalTransport(service, { address: 'recorded', close: () => engine.close() });
  const transport: Transport = {
    address: local.address,
    unary: (method, request, options) => {
      note(method.name, request);
      return local.unary(method, request, options);
    },
    stream: async function* (method, requests, options) {
      const all: never[] = [];
      for await (const request of requests) all.push(structuredClone(request) as never);
      note(method.name, all);
      yield* local.stream(method, all, options);
    },
    close: () => local.close(),
  };
  const client = await connect({
    ...engine.ownCredentials,
    database: 'ledger',
    transport,
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
  return { client, sent, close: () => client.close() };
}

function textOf(rpc: string, request: unknown): string {
  const hasTrusted = rpc === 'streamVerifiableSet';
  return JSON.stringify(request, (name, value: unknown) => {
    if (name === 'proveSinceTx' || name === 'proofSinceTransactionId' || name === 'sinceTx') return undefined;
    // A stream of a verified write begins with the same: its length, and the number of that transaction.
    if (name === 'content' && hasTrusted)
      return Buffer.from((value as Uint8Array).subarray(16)).toString('latin1');
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
