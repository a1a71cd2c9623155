// A server with databases that follow those of another, or are made to and never fed.
import { callService } from '../../../src/client/call.js';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';

const { createDatabaseV2 } = ImmuServiceDefinition.methods;

/** Where the database is that another follows. */
export interface Leader {
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
}

/**
 * Makes a database that follows another of the same name.
 *
 * @param address of the server that follows
 * @param leader undefined for a follower that is never fed
 */
export async function createFollower(address: string, database: string, leader?: Leader): Promise<void> {
  const [host = '', port = ''] = leader?.address.split(':') ?? [];
  const client = await connect(`immudb://${address}`);
  const followed =
    leader === undefined
      ? {}
      : {
          primaryHost: { value: host },
          primaryPort: { value: Number(port) },
          primaryDatabase: { value: leader.database },
          primaryUsername: { value: 'immudb' },
          primaryPassword: { value: 'immudb' },
        };
  const replicationSettings = { replica: { value: true }, ...followed };
  const request = { name: database, settings: { replicationSettings }, ifNotExists: false };
  await callService(client.connection, createDatabaseV2, request as never, { kind: 'control' });
  await client.close();
}

/** Waits until a follower has a transaction, at most ten seconds. */
export async function caughtUp(follower: ImmuClient, txId: bigint): Promise<void> {
  const until = performance.now() + 10_000;
  while ((await follower.currentState()).txId < txId) {
    if (performance.now() > until) throw new Error(`no transaction ${String(txId)} after ten seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
