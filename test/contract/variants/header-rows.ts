// What a transaction's header holds on a variant: an older version has no room for metadata, a talkative server fills it.
import { fromUtf8, utf8 } from '../../../src/bytes.js';
import type { MessageOf } from '../rpc-backend.js';
import { freshDatabase, group, type Probe, type Row } from '../rows/table.js';

const KVs = [{ key: utf8('k'), value: utf8('v') }];
const expiring = [{ ...KVs[0]!, metadata: { expiration: { expiresAt: 4_000_000_000n } } }];
const deleted = [{ ...KVs[0]!, metadata: { deleted: true } }];
const hidden = [{ ...KVs[0]!, metadata: { nonIndexable: true } }];

const versionOf = ({ version }: MessageOf<'set'>) => version;

const NO_METADATA =
  'UNKNOWN | metadata is unsupported when in 1.1 compatibility mode, do not use metadata-related features such as expiration and logical deletion';

/** In a database of header version 0. */
export const OLD_HEADERS = group<Probe>({
  name: 'header version 0',
  prepare: (backend) => freshDatabase(backend, 'old_headers'),
  rows: [
    ['Set', (db) => db.ask('set', { KVs }, versionOf), '0'],
    [
      'VerifiableSet',
      (db) => db.ask('verifiableSet', { setRequest: { KVs } }, ({ tx }) => tx?.header?.version),
      '0',
    ],
    ['VerifiableGet', (db) => db.ask('verifiableGet', { keyRequest: { key: KVs[0]!.key } }), 'ok'],
    ['Set that expires', (db) => db.ask('set', { KVs: expiring }), NO_METADATA],
    ['Set that deletes', (db) => db.ask('set', { KVs: deleted }), NO_METADATA],
    ['Set that is not indexed', (db) => db.ask('set', { KVs: hidden }), NO_METADATA],
    [
      'VerifiableSet that expires',
      (db) => db.ask('verifiableSet', { setRequest: { KVs: expiring } }),
      NO_METADATA,
    ],
    ['Delete', (db) => db.ask('delete', { keys: [KVs[0]!.key] }), NO_METADATA],
    [
      'SetReference',
      (db) => db.ask('setReference', { key: utf8('r'), referencedKey: KVs[0]!.key }, versionOf),
      '0',
    ],
    ['ZAdd', (db) => db.ask('zAdd', { set: utf8('z'), score: 1, key: KVs[0]!.key }, versionOf), '0'],
    [
      'Set with a precondition',
      (db) =>
        db.ask(
          'set',
          { KVs, preconditions: [{ precondition: { $case: 'keyMustExist', value: { key: KVs[0]!.key } } }] },
          versionOf,
        ),
      '0',
    ],
    ['nothing of what was refused', (db) => db.ask('currentState', {}, ({ txId }) => txId), '5n'],
  ] satisfies readonly Row<Probe>[],
});

/** The parts of what a server adds, in an order of our own: its is another one each time. */
function extra({ metadata }: NonNullable<MessageOf<'txById'>['header']>): string[] {
  const bytes = metadata?.extra ?? new Uint8Array();
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const [keyEnd, valueLength] = [at + 2 + bytes[at]! + 1, bytes[at + 1]! + 1];
    parts.push(
      `${fromUtf8(bytes.subarray(at + 2, keyEnd))}=${fromUtf8(bytes.subarray(keyEnd, keyEnd + valueLength))}`,
    );
    at = keyEnd + valueLength;
  }
  return parts.sort();
}

const WHO = '["ip=127.0.0.1", "usr=immudb"]';

/** On a server that writes down who called. */
export const TOLD_HEADERS = group<Probe>({
  name: 'request metadata',
  prepare: (backend) => freshDatabase(backend, 'told_headers'),
  rows: [
    ['Set', (db) => db.ask('set', { KVs }, extra), WHO],
    [
      'VerifiableSet',
      (db) => db.ask('verifiableSet', { setRequest: { KVs } }, ({ tx }) => tx?.header && extra(tx.header)),
      WHO,
    ],
    ['Delete', (db) => db.ask('delete', { keys: [KVs[0]!.key] }, extra), WHO],
    ['TxById', (db) => db.ask('txById', { tx: 1n }, ({ header }) => header && extra(header)), WHO],
    [
      'ExecAll',
      (db) => db.ask('execAll', { Operations: [{ operation: { $case: 'kv', value: KVs[0]! } }] }, extra),
      WHO,
    ],
    [
      'SetReference',
      (db) => db.ask('setReference', { key: utf8('r'), referencedKey: KVs[0]!.key }, extra),
      '[]',
    ],
    ['ZAdd', (db) => db.ask('zAdd', { set: utf8('z'), score: 1, key: KVs[0]!.key }, extra), '[]'],
  ] satisfies readonly Row<Probe>[],
});
