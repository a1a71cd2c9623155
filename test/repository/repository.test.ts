// Repositories keep their promises on every backend: the real immudb, and the embedded ledger in memory, in a folder and
// over gRPC.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServers } from '../support/describe-servers.js';
import { embeddedBackend } from './open-embedded.js';
import { createDatabase, openReal } from './open-real.js';
import { repositorySuite } from './repository-suite.js';

describeServers('repositories', (server) => {
  repositorySuite('over gRPC', async () => {
    const database = await createDatabase(server);
    return { open: () => openReal(server, database) };
  });
});

repositorySuite('embedded, in memory', () => embeddedBackend());

repositorySuite('embedded, in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-ledger-'));
  const backend = await embeddedBackend(join(folder, 'ledger'));
  return {
    ...backend,
    close: async () => {
      await backend.close?.();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
