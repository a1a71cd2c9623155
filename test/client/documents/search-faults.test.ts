// Searches of several pages that meet trouble: nothing is read twice, or from two moments.

import { beforeEach, describe, expect, it } from 'vitest';
import { DocumentClient } from '../../../src/client/documents/document-client.js';
import type { SearchDocumentsRequest } from '../../../src/wire/immudb/model/document.js';
import {
  connectFake,
  deferred,
  FakeTransport,
  failures,
  type RecordedCall,
  rejection,
} from '../fake-transport.js';

const NEVER = () => Promise.reject(new Error('not verified here'));

/** Documents numbered from the page, as many as asked for. */
function page({ request }: RecordedCall, searchId = 'search') {
  const { page: number, pageSize } = request as SearchDocumentsRequest;
  const revisions = Array.from({ length: pageSize }, (_, at) => {
    const n = (number - 1) * pageSize + at;
    return { documentId: String(n), document: { n } };
  });
  return { searchId, revisions };
}

async function read(found: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of found) ids.push(id);
  return ids;
}

describe('a search of several pages', () => {
  let transport: FakeTransport;
  let documents: DocumentClient;

  beforeEach(async () => {
    transport = new FakeTransport();
    documents = new DocumentClient(await connectFake(transport), NEVER);
  });
  const search = () => documents.search('c', { where: { a: 1 } }, { pageSize: 2 });

  it('is read in a session of its own, which ends with it', async () => {
    transport.on('SearchDocuments', (call, count) => page(call, count === 3 ? '' : 'search'));
    expect(await read(search())).toEqual(['0', '1', '2', '3']);
    const [first, ...own] = transport.callsOf('SearchDocuments');
    expect(first).toMatchObject({ metadata: { sessionid: 'session-1' }, request: { keepOpen: false } });
    expect(own.map(({ metadata }) => metadata.sessionid)).toEqual(['session-2', 'session-2']);
    expect(own[0]!.request).toMatchObject({
      page: 1,
      keepOpen: true,
      searchId: '',
      query: { collectionName: 'c' },
    });
    expect(own[1]!.request).toMatchObject({ page: 2, keepOpen: true, searchId: 'search', query: undefined });
    expect(transport.callsOf('CloseSession').map(({ metadata }) => metadata.sessionid)).toEqual([
      'session-2',
    ]);
  });

  it('ends where its session is lost, and opens no other', async () => {
    transport.on('SearchDocuments', (call, count) => {
      if (count === 3) throw failures.sessionLost();
      return page(call);
    });
    const error = await rejection(read(search()));
    expect(error).toMatchObject({ code: 'SESSION_EXPIRED' });
    expect(transport.callsOf('SearchDocuments')).toHaveLength(3);
    expect(transport.sessions).toBe(2);
  });

  it('asks for no page again whose answer was lost', async () => {
    transport.on('SearchDocuments', (call, count) => {
      if (count === 3) throw failures.dropped();
      return page(call);
    });
    expect(await rejection(read(search()))).toMatchObject({ code: 'UNREACHABLE', name: 'ImmuError' });
    expect(transport.callsOf('SearchDocuments')).toHaveLength(3);
  });

  it('may ask for the first page again', async () => {
    transport.on('SearchDocuments', (call, count) => {
      if (count === 1) throw failures.dropped();
      return { ...page(call), revisions: page(call).revisions.slice(0, 1) };
    });
    expect(await read(search())).toEqual(['0']);
  });

  it('ends its session where it is given up', async () => {
    transport.on('SearchDocuments', (call) => page(call));
    for await (const { id } of search()) if (id === '2') break;
    expect(transport.callsOf('CloseSession')).toHaveLength(1);
  });

  it('ends with the client', async () => {
    const connection = await connectFake(transport);
    documents = new DocumentClient(connection, NEVER);
    transport.on('SearchDocuments', (call) => page(call));
    const found = search();
    await found.next();
    await connection.close();
    await found.next();
    expect(await rejection(found.next())).toMatchObject({ code: 'CLOSED' });
  });

  it('waits until the one before it has its first page', async () => {
    const gate = deferred<unknown>();
    transport.on('SearchDocuments', async (call, count) => {
      if (count === 1) await gate.promise;
      return { ...page(call), revisions: [] };
    });
    const [first, second, third] = [read(search()), read(search()), search().next()];
    const givenUp = rejection(read(documents.search('c', {}, { timeoutMs: 20 })));
    expect(await givenUp).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(transport.callsOf('SearchDocuments')).toHaveLength(1);
    gate.resolve(undefined);
    expect([await first, await second, await third]).toEqual([[], [], { done: true, value: undefined }]);
    expect(transport.callsOf('SearchDocuments')).toHaveLength(3);
  });
});
