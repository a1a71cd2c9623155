// A server whose index lags behind: a document that it does not find yet is looked for again, once the index has caught up.

import { expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import { GrpcStatus, RpcFailure } from '../../../src/client/transport.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal } from '../../support/describe-real.js';
import { FrozenTransport } from '../verified/frozen-transport.js';
import { createDatabase } from '../verified/verified-client.js';

describeReal('a server whose index lags behind', (server) => {
  it('is asked again after it has counted, and no more than that', async () => {
    const transport = new FrozenTransport(server.address);
    const database = await createDatabase(server);
    const trust = { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' };
    const client = await connect({ url: `immudb://${server.address}`, database, trust, transport });
    await client.documents.createCollection('people');
    let hidden = 0;
    const asked: string[] = [];
    transport.change = (rpc, honest) => {
      if (rpc === 'ProofDocument' || rpc === 'CountDocuments') asked.push(rpc);
      if (rpc === 'ProofDocument' && hidden-- > 0)
        throw new RpcFailure(GrpcStatus.UNKNOWN, 'document not found');
      return honest;
    };
    hidden = 1;
    const [written] = await client.documents.verifiedInsert('people', [{ n: 1 }]);
    expect(written).toMatchObject({ document: { n: 1 } });
    expect(asked).toEqual(['ProofDocument', 'CountDocuments', 'ProofDocument']);
    hidden = 2;
    expect(await client.documents.verifiedGet('people', written!.id)).toBeUndefined();
    expect(asked).toHaveLength(6);
    await client.close();
  });
});
