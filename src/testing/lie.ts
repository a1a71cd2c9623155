// What a lie is: other answers to some of immudb's methods, and a way to ask the honest ones.

import type { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';

type Methods = (typeof ImmuServiceDefinition)['methods'];

/** Methods of the main service with one request and one response, as generated: `verifiableGet`. */
export type MethodName = {
  [Name in keyof Methods]: Methods[Name] extends { requestStream: false; responseStream: false }
    ? Name
    : never;
}[keyof Methods];

type Decoded<MessageType> = MessageType extends { decode(bytes: Uint8Array): infer Message }
  ? Message
  : never;
/** A method's request. */
export type RequestOf<Name extends MethodName> = Decoded<Methods[Name]['requestType']>;
/** A method's response. */
export type ResponseOf<Name extends MethodName> = Decoded<Methods[Name]['responseType']>;

/** Asks in the session of the call that is lied about: the lies told before this one, and below them the ledger. */
export type Ask = <Name extends MethodName>(
  name: Name,
  request: RequestOf<Name>,
) => Promise<ResponseOf<Name>>;

/** Answers some methods otherwise. What it is given is not changed: requests are the client's own. */
export type Lie = {
  readonly [Name in MethodName]?: (request: RequestOf<Name>, ask: Ask) => Promise<ResponseOf<Name>>;
};
