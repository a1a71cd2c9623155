// What the contract's suites call, whatever answers: raw RPCs, with messages or failures as values to be compared.
// Nothing here knows what an answer means.
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';

/** The generated definitions of all methods, by their names there. */
export const METHODS = ImmuServiceDefinition.methods;
type Methods = typeof METHODS;

/** A method of the main service, as the generated definitions call it: `verifiableGet`. */
export type MethodName = keyof Methods;
/** Those of one request and one response. */
export type UnaryName = {
  [N in MethodName]: Methods[N] extends { requestStream: false; responseStream: false } ? N : never;
}[MethodName];
/** All others. */
export type StreamName = Exclude<MethodName, UnaryName>;

/** A request as one writes it: what is left out has its default. */
export type RequestOf<N extends MethodName> = NonNullable<Parameters<Methods[N]['requestType']['create']>[0]>;
/** A response, complete. */
export type MessageOf<N extends MethodName> = ReturnType<Methods[N]['responseType']['decode']>;

/** A call that failed. */
export interface Failure {
  /** The gRPC status code. */
  readonly status: number;
  /** The status text. */
  readonly text: string;
  /** The code of immudb's ErrorInfo, where one is attached. */
  readonly code: string | undefined;
}

/** What a call brought: messages, and why it ended if not well. A unary call that went well has one message. */
export interface Outcome<Message = unknown> {
  readonly messages: readonly Message[];
  readonly failure: Failure | undefined;
}

/** What a unary call brought. */
export type Answer<Message> =
  | { readonly message: Message; readonly failure?: undefined }
  | { readonly failure: Failure; readonly message?: undefined };

/** Calls with fixed headers. Rejects only where there is no answer to compare: a lost connection, a crash. */
export interface RpcCaller {
  /** A call of one request and one response. */
  ask<N extends UnaryName>(method: N, request: RequestOf<N>): Promise<Answer<MessageOf<N>>>;
  /** A call that streams in either direction. */
  stream<N extends StreamName>(method: N, requests: readonly RequestOf<N>[]): Promise<Outcome<MessageOf<N>>>;
  /** Either, for those who do not know the method: requests and messages are of its types. */
  exchange(method: MethodName, requests: readonly object[]): Promise<Outcome>;
}

/** A caller with a session. */
export interface RpcSession extends RpcCaller {
  readonly sessionId: string;
  close(): Promise<void>;
}

/** Something that answers as immudb does. */
export interface RpcBackend {
  /** For the names of tests and the text of differences. */
  readonly name: string;
  /** A caller with headers of one's own: `{ sessionid }`, `{ authorization }` or none. */
  withHeaders(headers: Readonly<Record<string, string>>): RpcCaller;
  /** Opens a session. @throws Error where it is refused */
  withSession(user: string, password: string, database: string): Promise<RpcSession>;
  /** Ends connections; sessions end with the backend. */
  close(): Promise<void>;
}
