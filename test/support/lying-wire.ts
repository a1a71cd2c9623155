// The gRPC of the lying proxy, byte by byte: a unary call is one length-prefixed message each way, and a status in
// the trailers. Which method has which messages is read off the generated service definitions.
import { constants, type IncomingHttpHeaders } from 'node:http2';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import type { MessageFns } from '../../src/wire/immudb/schema/kv.js';

type Methods = ImmuServiceDefinition['methods'];
type Unary = Extract<Methods[keyof Methods], { requestStream: false; responseStream: false }>;
type MessageOf<Type> = Type extends MessageFns<infer Message> ? Message : never;

/** The unary methods of the main service, as they are called on the wire: `VerifiableGet`. */
export type UnaryName = Unary['name'];
/** What a method is asked with. */
export type RequestOf<Name extends UnaryName> = MessageOf<Extract<Unary, { name: Name }>['requestType']>;
/** What a method answers. */
export type ResponseOf<Name extends UnaryName> = MessageOf<Extract<Unary, { name: Name }>['responseType']>;

/** How a method's messages are read and written. */
export interface MethodCodec<Name extends UnaryName> {
  readonly request: MessageFns<RequestOf<Name>>;
  readonly response: MessageFns<ResponseOf<Name>>;
}

/** An answer as HTTP/2 carries it. `trailers` is undefined where the server answered with headers only. */
export interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders | undefined;
}

/** The path of a method of the main service. */
export function pathOf(name: UnaryName): string {
  return `/${ImmuServiceDefinition.fullName}/${name}`;
}

/** The message types of a method. @throws TypeError for one that does not exist or streams */
export function codecOf<Name extends UnaryName>(name: Name): MethodCodec<Name> {
  const found = Object.values(ImmuServiceDefinition.methods).find((method) => method.name === name);
  if (found === undefined || found.requestStream || found.responseStream) {
    throw new TypeError(`${name} is not a unary method of ${ImmuServiceDefinition.fullName}`);
  }
  return { request: found.requestType, response: found.responseType } as unknown as MethodCodec<Name>;
}

/** The one message of a body, or undefined where there is none: an error. @throws Error for anything else */
export function messageIn(body: Buffer): Uint8Array | undefined {
  if (body.length === 0) return undefined;
  if (body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) {
    throw new Error('the lying proxy reads single, uncompressed messages only');
  }
  return new Uint8Array(body.subarray(5));
}

/** A message as a body. */
export function bodyWith(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** An answer that is nothing but a status. */
export function statusAnswer(status: number, message: string): Answer {
  return {
    headers: {
      [constants.HTTP2_HEADER_STATUS]: 200,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      'grpc-status': String(status),
      // What gRPC must have encoded and grpc-js decodes.

      'grpc-message': encodeURI(message),
    } as unknown as IncomingHttpHeaders,
    body: Buffer.alloc(0),
    trailers: undefined,
  };
}
