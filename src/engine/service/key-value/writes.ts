// Writes, plain and verifiable. A verifiable one is the plain one, followed by the proof of the transaction it made.

import { ImmuServiceDefinition } from '../../../wire/immudb/schema/service.js';
import type { ReferenceRequest } from '../../../wire/immudb/schema/reference.js';
import type { SetRequest } from '../../../wire/immudb/schema/kv.js';
import type { TxHeader } from '../../../wire/immudb/schema/tx.js';
import type { VerifiableTx } from '../../../wire/immudb/schema/verifiable.js';
import type { ZAddRequest } from '../../../wire/immudb/schema/sorted-set.js';
import type { Plan } from '../../database/commit-queue.js';
import type { Database } from '../../database/database.js';
import { planExecAll } from '../../database/exec-all.js';
import type { MadeTransaction } from '../../database/new-transaction.js';
import { planMember } from '../../database/sorted-set.js';
import { planDelete, planSet } from '../../database/write-keys.js';
import { planReference } from '../../database/write-reference.js';
import { illegalArguments } from '../../service-failure.js';
import { type DatabaseHandler, type HandlerContext, unaryHandler } from '../handler.js';
import { dualProofMessage, headerMessage, txMessage } from './answers.js';
import { keyWrite, memberWrite, operation, precondition, referenceWrite } from './requests.js';

const { methods } = ImmuServiceDefinition;

/** Commits and answers the header. */
async function write({ database }: HandlerContext, plan: Plan): Promise<TxHeader> {
  return headerMessage((await database.commit(plan)).header);
}

/** Commits and proves the transaction from where the caller stands. */
async function prove(context: HandlerContext, plan: Plan, sinceTx: bigint): Promise<VerifiableTx> {
  return proofOfWrite(context, await context.database.commit(plan), sinceTx);
}

/** The proof that leads from where the caller stands to a transaction just made. */
export function proofOfWrite(context: HandlerContext, made: MadeTransaction, sinceTx: bigint): VerifiableTx {
  const { header, alh } = made;
  return {
    tx: txMessage({ ...made, keys: [], members: [] }),
    dualProof: dualProofMessage(context.database.prove(header.id, sinceTx), header.id, sinceTx),
    signature: context.sign({ txId: header.id, alh }),
  };
}

const setPlan = ({ settings }: Database, { KVs, preconditions }: SetRequest) =>
  planSet(KVs.map(keyWrite), preconditions.map(precondition), settings);

const referencePlan = ({ settings }: Database, request: ReferenceRequest) =>
  planReference(referenceWrite(request), request.preconditions.map(precondition), settings);

const memberPlan = ({ settings }: Database, request: ZAddRequest) =>
  planMember(memberWrite(request), settings);

/** Handlers of all writes but streamed ones. */
export const WRITE_HANDLERS: readonly DatabaseHandler[] = [
  unaryHandler(methods.set, 'write', (context, request) =>
    write(context, setPlan(context.database, request)),
  ),
  unaryHandler(methods.verifiableSet, 'write', (context, { setRequest, proveSinceTx }) => {
    context.database.assertProvable(proveSinceTx);
    if (setRequest === undefined) throw illegalArguments();
    return prove(context, setPlan(context.database, setRequest), proveSinceTx);
  }),
  unaryHandler(methods.delete, 'write', (context, { keys, sinceTx }) =>
    write(
      context,
      planDelete(
        keys.map((key) => key.slice()),
        sinceTx,
        context.database.settings,
      ),
    ),
  ),
  unaryHandler(methods.setReference, 'write', (context, request) =>
    write(context, referencePlan(context.database, request)),
  ),
  unaryHandler(methods.verifiableSetReference, 'write', (context, { referenceRequest, proveSinceTx }) => {
    context.database.assertReached(proveSinceTx);
    if (referenceRequest === undefined) throw illegalArguments();
    return prove(context, referencePlan(context.database, referenceRequest), proveSinceTx);
  }),
  unaryHandler(methods.zAdd, 'write', (context, request) =>
    write(context, memberPlan(context.database, request)),
  ),
  unaryHandler(methods.verifiableZAdd, 'write', (context, { zAddRequest, proveSinceTx }) => {
    context.database.assertReached(proveSinceTx);
    if (zAddRequest === undefined) throw illegalArguments();
    return prove(context, memberPlan(context.database, zAddRequest), proveSinceTx);
  }),
  unaryHandler(methods.execAll, 'write', (context, { Operations, preconditions, noWait }) => {
    const { settings } = context.database;
    return write(
      context,
      planExecAll(Operations.map(operation), preconditions.map(precondition), noWait, settings),
    );
  }),
];
