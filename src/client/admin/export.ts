// Transactions as servers hand them to replicas. Each is checked to be consistent in itself: its header commits to exactly
// its entries. That it is part of the trusted history takes a proof.

import { equalBytes } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { TxHeader } from '../../proof/index.js';
import { parseExported } from '../../proof/verify/parse-exported.js';
import { MAX_LINEAR_ADVANCE } from '../../proof/verify/limits.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { ExportTxRequest } from '../../wire/immudb/schema/stream.js';
import type { CallScope } from '../call-scope.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import { assertTxId } from '../limits.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import { checked } from '../verified/failures.js';
import { proveTx } from '../verified/prove.js';
import { type ExportMessage, messagesOf } from './export-messages.js';

const { exportTx, streamExportTx } = ImmuServiceDefinition.methods;

/** An exported transaction, consistent in itself. */
export interface ExportedTransaction {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  readonly header: TxHeader;
  /** Whether the server has removed the values: then it hands out their hashes in their place. */
  readonly truncated: boolean;
  /** The transaction in the form servers exchange, for `importTx`. */
  readonly content: Uint8Array;
  /** How far the server had committed when it sent this, by its own word; undefined where it did not say. */
  readonly committedTxId: bigint | undefined;
}

/** How to export one transaction. */
export interface ExportTxOptions extends StreamOptions {
  /** The largest transaction taken, in bytes. Default 64 MiB. */
  readonly maxTxBytes?: number;
}

/** How to export many. */
export interface ExportTxsOptions extends ExportTxOptions {
  /** The first, ≥ 1. Default 1. */
  readonly fromTx?: bigint;
  /** The last. Default: the newest the server has when it is asked. */
  readonly toTx?: bigint;
}

/** Transactions asked for by one call. */
const TXS_PER_CALL = 32;

const DEFAULT_MAX_TX_BYTES = 64 * 1024 * 1024;

/** Exports one transaction. @throws ImmuError TX_NOT_FOUND, PERMISSION_DENIED · VerificationError where it is inconsistent */
export async function exportOne(
  connection: Connection,
  txId: bigint,
  { maxTxBytes = DEFAULT_MAX_TX_BYTES, ...options }: ExportTxOptions,
): Promise<ExportedTransaction> {
  assertTxId('txId', txId);
  const answers = callStream(connection, exportTx, [requestOf(txId)], { ...options, kind: 'read' });
  for await (const message of messagesOf(answers, maxTxBytes)) return exported(message, txId);
  throw nothingSent(txId);
}

/** Exports transactions one after another, up to `toTx`. */
export async function* exportMany(
  connection: Connection,
  fromTx: bigint,
  toTx: bigint,
  { maxTxBytes = DEFAULT_MAX_TX_BYTES, ...options }: ExportTxOptions,
): AsyncGenerator<ExportedTransaction, void, undefined> {
  for (let txId = fromTx; txId <= toTx;) {
    const requests: ExportTxRequest[] = [];
    for (let next = txId; next <= toTx && requests.length < TXS_PER_CALL; next++)
      requests.push(requestOf(next));
    const answers = callStream(connection, streamExportTx, requests, { ...options, kind: 'read' });
    const end = txId + BigInt(requests.length);
    for await (const message of messagesOf(answers, maxTxBytes)) {
      yield exported(message, txId++);
      // The server ends an export that is complete with an error: it is left before that.
      if (txId === end) break;
    }
    if (txId !== end) throw nothingSent(txId);
  }
}

/** Exports one transaction and proves it: header, entries and values are those of the trusted history. */
export async function verifiedExport(
  context: VerifiedContext,
  txId: bigint,
  { maxTxBytes }: ExportTxOptions,
  scope: CallScope,
): Promise<ExportedTransaction> {
  return checked(context, 'admin.verifiedExportTx', async () => {
    const sent = await exportOne(context.connection, txId, {
      ...leftOf(scope),
      ...(maxTxBytes === undefined ? {} : { maxTxBytes }),
    });
    await requireProven(context, sent, scope);
    return sent;
  });
}

/** @throws VerificationError BINDING_MISMATCH unless the exported transaction is the one of the trusted history */
export async function requireProven(
  context: VerifiedContext,
  { txId, alh }: ExportedTransaction,
  scope: CallScope,
): Promise<void> {
  const proven = await proveTx(context, txId, scope);
  if (equalBytes(proven.alh, alh)) return;
  throw new VerificationError(
    'BINDING_MISMATCH',
    `The server exported a transaction ${String(txId)} that is not the one it proves. The export is refused.`,
    { trusted: { txId, alh: proven.alh }, offered: { txId, alh }, details: { txId } },
  );
}

function requestOf(tx: bigint): ExportTxRequest {
  return ExportTxRequest.create({ tx });
}

function exported({ content, metadata }: ExportMessage, txId: bigint): ExportedTransaction {
  if (content.length === 0) throw nothingSent(txId);
  const { header, alh, truncated } = parseExported(content, txId, MAX_LINEAR_ADVANCE);
  const committed = metadata.get('committed-txid-bin');
  return {
    txId,
    alh,
    header,
    truncated,
    content,
    committedTxId:
      committed?.length === 8
        ? new DataView(committed.buffer, committed.byteOffset, 8).getBigUint64(0)
        : undefined,
  };
}

function nothingSent(txId: bigint): ImmuError {
  return new ImmuError('TX_NOT_FOUND', `The server has no transaction ${String(txId)} to export yet.`, {
    retryable: true,
    details: { txId },
  });
}
