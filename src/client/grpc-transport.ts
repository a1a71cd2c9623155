// The transport over grpc-js: its channel, and calls of one request and one answer.

import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { ChannelCredentials, Client, type ChannelOptions, type Metadata } from '@grpc/grpc-js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { ResolvedOptions } from './connection-options.js';
import { MAX_REQUEST_BYTES } from './connection-options.js';
import { decodeAnswer } from './decode-answer.js';
import { asBuffer, asBytes, failureOf, headers, serverUuidOf, withoutStackTrace } from './grpc-call.js';
import { grpcStream } from './grpc-stream.js';
import { Liveness } from './servers/liveness.js';
import { onAbort } from './on-abort.js';
import { unaryMethod } from './rpc.js';
import type { SecureLink } from './secure-context.js';
import {
  GrpcStatus,
  RpcFailure,
  type CallOptions,
  type CallResult,
  type StreamCallOptions,
  type StreamMethod,
  type Transport,
  type UnaryMethod,
} from './transport.js';

/** 8 MiB: a 700 KB answer takes 1.6 ms with it and 4.0 without. */
const FLOW_CONTROL_WINDOW = 8 * 1024 * 1024;

type GrpcTransportOptions = Pick<ResolvedOptions, 'address' | 'host' | 'maxMessageBytes' | 'grpcOptions'> & {
  readonly grpcInterceptors?: ResolvedOptions['grpcInterceptors'];
  readonly silenceMs?: number;
  readonly loopback: boolean;
  /** Undefined to send everything unencrypted. */
  readonly secure?: SecureLink | undefined;
};

function channelOptions(options: GrpcTransportOptions): ChannelOptions {
  const { secure } = options;
  return {
    'grpc.max_receive_message_length': options.maxMessageBytes,
    'grpc.max_send_message_length': MAX_REQUEST_BYTES,
    'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW,
    // Back as soon as a restarted server listens; grpc's own default waits a second, then up to two minutes.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 5_000,
    // A DNS record must not be able to switch on retries: a write repeated by the channel is a write committed twice.
    'grpc.service_config_disable_resolution': 1,
    // Connections of this client end with it, and no other client's closing disturbs them.
    'grpc.use_local_subchannel_pool': 1,
    // Loopback means this machine, whatever http_proxy says: the password goes unencrypted.
    ...(options.loopback ? { 'grpc.enable_http_proxy': 0 } : {}),
    ...options.grpcOptions,
    // Last: what certificate is right is not left to options of the channel. An address is no name for a server to choose by.
    ...(secure === undefined || isIP(secure.name) !== 0
      ? {}
      : { 'grpc.ssl_target_name_override': secure.name }),
  };
}

/** Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
function channelCredentials(secure: SecureLink | undefined): ChannelCredentials {
  if (secure === undefined) return ChannelCredentials.createInsecure();
  const { context, name } = secure;
  const credentials = ChannelCredentials.createFromSecureContext(context, {
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => {
      if (checkServerIdentity(name, certificate) === undefined) return undefined;
      const names = certificate.subjectaltname ?? 'no name at all';
      return new Error(`the certificate is for ${names}, not for "${name}"`);
    },
  });
  return isIP(name) === 0 ? credentials : withoutServerName(credentials);
}

/**
 * grpc-js 1.14 names an address as the server it wants to talk to, which TLS does not allow, and for which Node warns on
 * standard error (DEP0123). Takes it out of the options of the connection it is about to make, if they are where they
 * were. To be removed once grpc-js asks for no server by its address.
 */
function withoutServerName(credentials: ChannelCredentials): ChannelCredentials {
  const make = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...given) => {
    const connector = make(...given) as ReturnType<typeof make> & { connectionOptions?: ConnectionOptions };
    delete connector.connectionOptions?.servername;
    return connector;
  };
  return credentials;
}

/** One channel, and the calls that wait on it. */
interface Channel {
  readonly client: Client;
  readonly liveness: Liveness;
  /** Each ends one call, as one that may have been executed. */
  readonly calls: Set<() => void>;
}

/** Silence after which a connection is asked whether it is still one, in milliseconds. */
const DEFAULT_SILENCE_MS = 5_000;

/** Calls over one gRPC channel at a time. Compressed answers count with their size unpacked. */
export class GrpcTransport implements Transport {
  readonly address: string;
  readonly #options: GrpcTransportOptions;
  #channel: Channel;
  #closed = false;

  /** @param options address and limits. Nothing is connected before the first call. */
  constructor(options: GrpcTransportOptions) {
    this.address = options.address;
    this.#options = options;
    this.#channel = this.#openChannel();
  }

  /** {@inheritDoc Transport.unary} */
  unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    const { signal } = options;
    if (signal?.aborted === true) return rejected(GrpcStatus.CANCELLED, 'aborted before it was sent');
    if (this.#closed) return rejected(GrpcStatus.UNAVAILABLE, 'the transport is closed');
    const { client, liveness, calls } = this.#channel;
    return new Promise((resolve, reject) => {
      let serverUuid: string | undefined;
      let abandoned = false;
      const call = withoutStackTrace(() =>
        client.makeUnaryRequest<Req, Res>(
          method.path,
          (message) => asBuffer(method.requestType.encode(message).finish()),
          (buffer) => decodeAnswer(method.responseType, asBytes(buffer)),
          request,
          headers(options.metadata),
          { deadline: Date.now() + options.deadlineMs },
          (error, message) => {
            ignoreSignal();
            calls.delete(abandon);
            const failure = error === null ? undefined : failureOf(error);
            liveness.finished(failure === undefined || !isSilence(failure));
            if (abandoned) reject(this.#givenUp());
            else if (failure !== undefined) reject(failure);
            else if (message === undefined)
              reject(new RpcFailure(GrpcStatus.UNKNOWN, 'answered without a message'));
            else resolve({ message, serverUuid });
          },
        ),
      );
      liveness.began();
      call.on('metadata', (metadata: Metadata) => {
        liveness.heard();
        serverUuid = serverUuidOf(metadata) ?? serverUuid;
      });
      const abandon = () => {
        abandoned = true;
        call.cancel();
      };
      calls.add(abandon);
      const ignoreSignal = onAbort(signal, () => {
        call.cancel();
      });
    });
  }

  /** {@inheritDoc Transport.stream} */
  async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    if (options.signal?.aborted === true) return rejected(GrpcStatus.CANCELLED, 'aborted before it was sent');
    if (this.#closed) return rejected(GrpcStatus.UNAVAILABLE, 'the transport is closed');
    const { client, liveness, calls } = this.#channel;
    const ending = new AbortController();
    const ignoreSignal = onAbort(options.signal, () => {
      ending.abort();
    });
    let givenUp: RpcFailure | undefined;
    let silent = false;
    const abandon = () => {
      givenUp = this.#givenUp();
      ending.abort();
    };
    calls.add(abandon);
    liveness.began();
    try {
      for await (const message of grpcStream(client, method, requests, {
        ...options,
        signal: ending.signal,
      })) {
        liveness.heard();
        yield message;
      }
    } catch (error) {
      if (!(error instanceof RpcFailure)) throw error;
      silent = isSilence(error);
      throw givenUp ?? error;
    } finally {
      ignoreSignal();
      calls.delete(abandon);
      liveness.finished(!silent);
    }
  }

  /** {@inheritDoc Transport.close} */
  close(): Promise<void> {
    this.#closed = true;
    closeChannel(this.#channel);
    return Promise.resolve();
  }

  #openChannel(): Channel {
    const options = this.#options;
    const { address, secure, grpcInterceptors = [], silenceMs = DEFAULT_SILENCE_MS } = options;
    const client = new Client(`dns:${address}`, channelCredentials(secure), {
      ...channelOptions(options),
      interceptors: [...grpcInterceptors],
    });
    const onDead = () => {
      this.#channel = this.#openChannel();
      closeChannel(channel);
    };
    const ask = (deadlineMs: number) => isAnswering(client, deadlineMs);
    const channel = {
      client,
      liveness: new Liveness({ silenceMs, ask, onDead }),
      calls: new Set<() => void>(),
    };
    return channel;
  }

  /** What a call failed with whose connection was given up. It may have been executed. */
  #givenUp(): RpcFailure {
    return this.#closed
      ? new RpcFailure(GrpcStatus.UNAVAILABLE, 'the transport was closed')
      : new RpcFailure(
          GrpcStatus.UNAVAILABLE,
          'the connection gave no sign of life any more and was given up',
        );
  }
}

/** Ends the calls that still wait, and the connection. */
function closeChannel({ client, liveness, calls }: Channel): void {
  liveness.end();
  for (const end of [...calls]) end();
  client.close();
}

/**
 * How a call ends of which nothing was heard. One that found no connection is among them: grpc-js 1.14 fails calls with the
 * last error for as long as it connects anew, which takes it 20 s with an address that does not answer. Every other end is
 * a word of the server, or of the connection breaking.
 */
function isSilence({ status, sent }: RpcFailure): boolean {
  return status === GrpcStatus.DEADLINE_EXCEEDED || status === GrpcStatus.CANCELLED || !sent;
}

/** Asks for the server's health, which needs no session. Whatever comes, refusal included, is a sign of life. */
function isAnswering(client: Client, deadlineMs: number): Promise<boolean> {
  const { path } = unaryMethod(ImmuServiceDefinition.methods.health);
  const nothing = () => Buffer.alloc(0);
  return new Promise((resolve) => {
    const deadline = Date.now() + deadlineMs;
    client.makeUnaryRequest(
      path,
      nothing,
      () => true,
      {},
      headers({}),
      { deadline },
      (error) => {
        resolve(error === null || !isSilence(failureOf(error)));
      },
    );
  });
}

function rejected(status: number, message: string): Promise<never> {
  return Promise.reject(new RpcFailure(status, message, { sent: false }));
}
