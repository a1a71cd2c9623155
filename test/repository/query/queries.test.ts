// Queries keep their promises on every backend: the embedded ledger in memory and over gRPC, and the real immudb.

import { MemoryTrustStore, openLedger } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { createDatabase } from '../open-real.js';
import { LIBRARY_CLASSES, libraryOn, Server } from './library.js';
import { querySuite } from './query-suite.js';

querySuite('embedded, in memory', () => Server.start());

describeServers('queries', (server) => {
  querySuite('over gRPC', async () => {
    const database = await createDatabase(server);
    const open = async () =>
      libraryOn(
        await openLedger({
          url: `immudb://immudb:immudb@${server.address}/${database}`,
          entities: LIBRARY_CLASSES,
          trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
        }),
      );
    return { open };
  });
});
