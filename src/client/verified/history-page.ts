// One page of a key's history, as the server shows it.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { type Entry, HistoryRequest } from '../../wire/immudb/schema/kv.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { absentIfNotFound } from './failures.js';

/** Which revisions of a key. */
export interface HistoryPage {
  readonly offset: bigint;
  readonly limit: number;
  /** Newest first. Between two calls more may have been written, which shifts offsets. */
  readonly desc: boolean;
  /** As of a moment when this transaction was committed already. Default: the newest there is. */
  readonly sinceTx?: bigint | undefined;
}

/** Unproven revisions; none if the server says there is no such key. */
export async function historyPage(
  context: VerifiedContext,
  key: Uint8Array,
  page: HistoryPage,
  scope: CallScope,
): Promise<readonly Entry[]> {
  const { history } = ImmuServiceDefinition.methods;
  const { sinceTx } = page;
  const request = HistoryRequest.create({ key, ...page, sinceTx: sinceTx ?? 0n });
  const options = { ...leftOf(scope), kind: 'read', sinceTx } as const;
  const answer = await absentIfNotFound(callService(context.connection, history, request, options));
  return answer?.entries ?? [];
}
