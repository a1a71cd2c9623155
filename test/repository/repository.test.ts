// We agree with immudb: repositories on the real server.

import { describeReal } from '../support/describe-real.js';
import { createDatabase, openReal } from './open-real.js';
import { repositorySuite } from './repository-suite.js';

describeReal('repositories', (server) => {
  repositorySuite('real server', async () => {
    const database = await createDatabase(server);
    return { open: () => openReal(server, database) };
  });
});
