// A client on a database of its own, for tests of SQL against a real server.
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { SharedServer } from '../../support/shared-server.js';
import { createDatabase } from '../verified/verified-client.js';

/** Connects with the server's key pinned. @param database default: a new one */
export async function connectSql(server: SharedServer, database?: string): Promise<ImmuClient> {
  return connect({
    url: `immudb://${server.address}`,
    database: database ?? (await createDatabase(server)),
    trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
}
