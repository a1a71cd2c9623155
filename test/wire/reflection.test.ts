// Our wire contract against a real server's own description of itself. Agrees with immudb, not with ourselves.
import { beforeAll, expect, it } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { differences, factsOf, type Facts } from './descriptor-facts.js';
import { ownDescriptors } from './own-descriptors.js';
import { reflect, type ReflectedServer } from './reflection-client.js';

const PACKAGES = 'immudb.';

describeReal('the wire contract', (server) => {
  let ours: Facts;
  let reflected: ReflectedServer;
  let theirs: Facts;
  beforeAll(async () => {
    ours = factsOf(await ownDescriptors(), PACKAGES);
    reflected = await reflect(server.address, PACKAGES);
    theirs = factsOf(reflected.files, PACKAGES);
  });

  it('has the services the server has', () => {
    expect(reflected.services.filter((name) => !name.startsWith('grpc.')).sort()).toEqual([
      'immudb.model.AuthorizationService',
      'immudb.model.DocumentService',
      'immudb.schema.ImmuService',
    ]);
  });

  it('differs in no service, method, message, field or enum', () => {
    expect(differences(ours, theirs)).toEqual([]);
  });

  // The counts of immudb 1.11.1: a comparison of nothing with nothing would agree too.
  it('was compared in full', () => {
    const count = (kind: string) =>
      [...theirs.keys()].filter((subject) => subject.startsWith(`${kind} `)).length;
    expect([count('service'), count('method')]).toEqual([3, 93]);
    expect([count('message'), count('field')]).toEqual([183, 512]);
    expect([count('enum'), count('value')]).toEqual([5, 22]);
  });
});
