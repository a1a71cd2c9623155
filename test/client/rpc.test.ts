import { describe, expect, it } from 'vitest';
import { unaryMethod } from '../../src/client/rpc.js';
import { AuthorizationServiceDefinition } from '../../src/wire/immudb/model/authorization.js';
import { DocumentServiceDefinition } from '../../src/wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';

describe('unaryMethod', () => {
  it('knows the path of a method by its definition, also where two services have one of the same name', () => {
    expect(unaryMethod(ImmuServiceDefinition.methods.openSession).path).toBe(
      '/immudb.schema.ImmuService/OpenSession',
    );
    expect(unaryMethod(AuthorizationServiceDefinition.methods.openSession).path).toBe(
      '/immudb.model.AuthorizationService/OpenSession',
    );
    expect(unaryMethod(DocumentServiceDefinition.methods.createCollection)).toMatchObject({
      name: 'CreateCollection',
      path: '/immudb.model.DocumentService/CreateCollection',
      requestType: DocumentServiceDefinition.methods.createCollection.requestType,
      responseType: DocumentServiceDefinition.methods.createCollection.responseType,
    });
  });

  it('refuses what is no method of the server', () => {
    const foreign = { ...ImmuServiceDefinition.methods.get };
    expect(() => unaryMethod(foreign)).toThrow(TypeError);
  });

  it('does not take streams', () => {
    // @ts-expect-error a stream has no single answer
    unaryMethod(ImmuServiceDefinition.methods.streamGet);
  });
});
