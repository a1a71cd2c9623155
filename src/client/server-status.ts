// What the server says about itself and about a database: nothing of it is proven.

import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';

const methods = ImmuServiceDefinition.methods;

/** Whether the server is well, by its own word. */
export interface ServerHealth {
  readonly healthy: boolean;
  /** Its version, empty where it was built without. */
  readonly version: string;
  /** The server's name for itself. */
  readonly serverUuid: string | undefined;
}

/** What the server tells anyone about itself. */
export interface ServerInfo {
  /** Its version, empty where it was built without. */
  readonly version: string;
  readonly startedAt: Date;
  /** Transactions of all databases together. */
  readonly transactions: bigint;
  /** Databases, its own one not counted. */
  readonly databases: number;
  readonly diskBytes: bigint;
}

/** How busy a database is. */
export interface DatabaseHealth {
  readonly pendingRequests: number;
  /** When its last request was done; absent where there was none since it was loaded. */
  readonly lastRequestCompletedAt?: Date;
}

/** The newest transaction of a database as the server says. */
export interface UnverifiedState {
  readonly database: string;
  /** 0 for an empty database. */
  readonly txId: bigint;
  /** Its accumulated hash. */
  readonly alh: Uint8Array;
  /** How far a synchronously replicated database is before its replicas have confirmed; else as `txId`. Never signed. */
  readonly precommittedTxId: bigint;
  /** Absent where the server has no key. Not checked here. */
  readonly signature?: { readonly publicKey: Uint8Array; readonly signature: Uint8Array };
  readonly serverUuid: string | undefined;
}

/** Asks whether the server is well. Needs no session. */
export async function health(connection: Connection, options: OperationOptions = {}): Promise<ServerHealth> {
  const call = { ...options, kind: 'read', authenticated: false } as const;
  const { status, version } = await callService(connection, methods.health, {}, call);
  return { healthy: status, version, serverUuid: connection.serverUuid };
}

/** Asks the server about itself. Needs no session. */
export async function serverInfo(
  connection: Connection,
  options: OperationOptions = {},
): Promise<ServerInfo> {
  const call = { ...options, kind: 'read', authenticated: false } as const;
  const info = await callService(connection, methods.serverInfo, {}, call);
  return {
    version: info.version,
    startedAt: new Date(Number(info.startedAt) * 1000),
    transactions: info.numTransactions,
    databases: info.numDatabases,
    diskBytes: info.databasesDiskSize,
  };
}

/** Asks how busy the database is. */
export async function databaseHealth(
  connection: Connection,
  options: OperationOptions = {},
): Promise<DatabaseHealth> {
  const answer = await callService(connection, methods.databaseHealth, {}, { ...options, kind: 'read' });
  const { pendingRequests, lastRequestCompletedAt } = answer;
  // Before the first request the server tells its clock's zero, in the year 1.
  return lastRequestCompletedAt <= 0n
    ? { pendingRequests }
    : { pendingRequests, lastRequestCompletedAt: new Date(Number(lastRequestCompletedAt)) };
}

/** Asks for the newest transaction of the database. The signature, if any, is not checked. */
export async function currentState(
  connection: Connection,
  options: OperationOptions = {},
): Promise<UnverifiedState> {
  const state = await callService(connection, methods.currentState, {}, { ...options, kind: 'read' });
  return {
    database: state.db,
    txId: state.txId,
    alh: state.txHash,
    precommittedTxId: state.precommittedTxId,
    ...(state.signature === undefined ? {} : { signature: state.signature }),
    serverUuid: connection.serverUuid,
  };
}
