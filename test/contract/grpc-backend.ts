// The contract's backend for whatever listens on an address: a real immudb, or our own engine served.
import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { parseStatusDetails } from '../../src/client/status-details.js';
import { backendOver, pathOf, type Headers } from './caller.js';
import type { Failure, MethodName, Outcome, RpcBackend } from './rpc-backend.js';

const CALL_LIMIT_MS = 15_000;

/** Statuses grpc-js gives where there was no answer: nothing to compare, the suite must stop. */
const NO_ANSWER: readonly number[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED];

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asPlain = (buffer: Buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

function failureOf(error: ServiceError): Failure {
  const [trailer] = error.metadata.get('grpc-status-details-bin');
  const { code } = trailer instanceof Uint8Array ? parseStatusDetails(trailer) : {};
  return { status: error.code, text: error.details, code };
}

/**
 * @param address `host:port`
 * @param security default: none
 */
export function grpcBackend(
  name: string,
  address: string,
  security: ChannelCredentials = credentials.createInsecure(),
): RpcBackend {
  const client = new Client(address, security, {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });

  // On the wire every kind of call is the same: messages each way, then a status.
  function move(method: MethodName, headers: Headers, requests: readonly Uint8Array[]) {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    return new Promise<Outcome<Uint8Array>>((resolve, reject) => {
      const options = { deadline: Date.now() + CALL_LIMIT_MS };
      const call = client.makeBidiStreamRequest(pathOf(method), asBuffer, asPlain, metadata, options);
      const messages: Uint8Array[] = [];
      // The status may overtake the last messages: a call is over when both have ended.
      const ended = new Promise((done) => call.once('end', done));
      const settle = (end: () => void) => void ended.then(end);
      call.on('data', (message: Uint8Array) => messages.push(message));
      call.on('error', (error: ServiceError) => {
        if (NO_ANSWER.includes(error.code))
          reject(new Error(`${name}: no answer to ${method}`, { cause: error }));
        else
          settle(() => {
            resolve({ messages, failure: failureOf(error) });
          });
      });
      call.on('status', ({ code }: { code: number }) => {
        if (code === (status.OK as number))
          settle(() => {
            resolve({ messages, failure: undefined });
          });
      });
      for (const request of requests) call.write(request);
      call.end();
    });
  }

  return backendOver(name, move, () => {
    client.close();
    return Promise.resolve();
  });
}
