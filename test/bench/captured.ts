// The requests our client makes, as bytes: so that what is measured against it asks for the very same.

import type { ImmuClient } from 'immurepo/client';
import {
  type CallOptions,
  GrpcStatus,
  RpcFailure,
  type Transport,
  type UnaryMethod,
} from '../../src/client/transport.js';

type Unary = Transport['unary'];

/**
 * Takes down what a client would send by one method while `work` is done. Nothing of it is sent: those calls fail, which
 * `work` must bear.
 *
 * @param method its name, such as `VerifiableSet`
 * @returns the requests, in the order in which they were made
 */
export async function captured(
  client: ImmuClient,
  method: string,
  work: () => Promise<unknown>,
): Promise<Uint8Array[]> {
  const requests: Uint8Array[] = [];
  await diverted(client, method, work, (called, request) => {
    requests.push(called.requestType.encode(request).finish());
    throw new RpcFailure(GrpcStatus.INVALID_ARGUMENT, 'taken down, not sent', { sent: false });
  });
  return requests;
}

/** Lets calls of one method be answered by `answer` instead of the server while `work` is done. */
export async function diverted(
  client: ImmuClient,
  method: string,
  work: () => Promise<unknown>,
  answer: <Req, Res>(called: UnaryMethod<Req, Res>, request: Req, options: CallOptions) => Res | Promise<Res>,
): Promise<void> {
  const { transport } = client.connection;
  const unary: Unary = transport.unary.bind(transport);
  const instead: Unary = async (called, request, options) =>
    called.name === method
      ? { message: await answer(called, request, options), serverUuid: undefined }
      : unary(called, request, options);
  Object.assign(transport, { unary: instead });
  try {
    await work();
  } finally {
    // Uncovers the method of its class again.
    Reflect.deleteProperty(transport, 'unary');
  }
}
