// Reads of whole transactions.

import { ImmuServiceDefinition } from '../../../wire/immudb/schema/service.js';
import type { VerifiableTx, VerifiableTxRequest } from '../../../wire/immudb/schema/verifiable.js';
import { scanTxs, showTx, type TxShape } from '../../database/read-tx.js';
import { refused } from '../../service-failure.js';
import { type DatabaseHandler, type HandlerContext, unaryHandler } from '../handler.js';
import { dualProofMessage, txMessage } from './answers.js';
import { entriesSpec } from './requests.js';

const { methods } = ImmuServiceDefinition;

type Shape = Pick<VerifiableTxRequest, 'entriesSpec' | 'keepReferencesUnresolved'>;

const shapeOf = ({ entriesSpec: spec, keepReferencesUnresolved }: Shape): TxShape => ({
  spec: entriesSpec(spec),
  unresolved: keepReferencesUnresolved,
});

function verifiableTx(context: HandlerContext, request: VerifiableTxRequest): VerifiableTx {
  const { tx: txId, proveSinceTx, sinceTx, keepReferencesUnresolved } = request;
  const { database } = context;
  const last = database.state.txId;
  if (proveSinceTx > last) {
    throw refused(
      `illegal state: latest txID=${String(last)} is lower than specified as initial tx=${String(proveSinceTx)}`,
    );
  }
  if (!keepReferencesUnresolved) database.assertReached(sinceTx);
  const tx = showTx(database.view(), txId, shapeOf(request));
  const target = proveSinceTx > txId ? database.link(proveSinceTx) : tx;
  return {
    tx: txMessage(tx),
    dualProof: dualProofMessage(database.prove(txId, proveSinceTx), txId, proveSinceTx),
    signature: context.sign({ txId: target.header.id, alh: target.alh }),
  };
}

/** Handlers of reads of transactions. */
export const TRANSACTION_HANDLERS: readonly DatabaseHandler[] = [
  unaryHandler(methods.txById, 'read', ({ database }, request) => {
    if (!request.keepReferencesUnresolved) database.assertReached(request.sinceTx);
    return txMessage(showTx(database.view(), request.tx, shapeOf(request)));
  }),
  unaryHandler(methods.verifiableTxById, 'read', verifiableTx),
  unaryHandler(methods.txScan, 'read', ({ database }, request) => {
    const shape = shapeOf({ ...request, keepReferencesUnresolved: false });
    return { txs: scanTxs(database.view(), request, shape).map(txMessage) };
  }),
];
