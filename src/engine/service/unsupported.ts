// The methods of immudb that this engine does not have, and what to do instead.

import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { ServiceFailure, Status } from '../service-failure.js';
import { pathOf } from './methods.js';

interface Named {
  readonly name: string;
}

const INSTEAD = 'use a real immudb, by its URL';
const { methods } = ImmuServiceDefinition;

const REASONS: readonly (readonly [reason: string, methods: readonly Named[]])[] = [
  [
    'it has keys and values, not SQL',
    [
      methods.sQLExec,
      methods.sQLQuery,
      methods.unarySQLQuery,
      methods.listTables,
      methods.describeTable,
      methods.verifiableSQLGet,
    ],
  ],
  [
    'it has no interactive transactions (ExecAll, and Set with preconditions, are atomic)',
    [methods.newTx, methods.commit, methods.rollback, methods.txSQLExec, methods.txSQLQuery],
  ],
  [
    'it neither has replicas nor is one (TxScan reads every transaction)',
    [methods.exportTx, methods.streamExportTx, methods.replicateTx],
  ],
  ['it has keys and values, not documents', Object.values(DocumentServiceDefinition.methods)],
];

const UNSUPPORTED: ReadonlyMap<string, ServiceFailure> = new Map(
  REASONS.flatMap(([reason, named]) =>
    named.map((method) => [pathOf(method), unsupported(method.name, reason)]),
  ),
);

/** How a method is refused that the engine does not have. @param reason what it has instead */
export function unsupported(rpc: string, reason: string): ServiceFailure {
  return new ServiceFailure(
    Status.UNIMPLEMENTED,
    `${rpc} is unsupported by the embedded ledger: ${reason}; ${INSTEAD}`,
  );
}

/** How calls to a path nothing answers are refused. Also in grpc-go's words, for what no immudb has. */
export function unanswered(path: string, services: readonly string[]): ServiceFailure {
  const known = UNSUPPORTED.get(path);
  if (known !== undefined) return new ServiceFailure(known.status, known.message);
  const [, service, method] = /^\/(.+)\/([^/]*)$/.exec(path) ?? [];
  if (service === undefined || method === undefined) {
    return new ServiceFailure(Status.UNIMPLEMENTED, `malformed method name: "${path}"`);
  }
  return new ServiceFailure(
    Status.UNIMPLEMENTED,
    services.includes(service)
      ? `unknown method ${method} for service ${service}`
      : `unknown service ${service}`,
  );
}
