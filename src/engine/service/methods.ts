// Every method of immudb's services, by its path: the generated definitions know none.

import { AuthorizationServiceDefinition } from '../../wire/immudb/model/authorization.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';

/** How messages of a type become bytes, and bytes messages. */
export interface MessageType<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A method as ts-proto defines it: `ImmuServiceDefinition.methods.get`. */
export interface MethodDefinition<Req, Res> {
  readonly name: string;
  readonly requestType: MessageType<Req>;
  readonly requestStream: boolean;
  readonly responseType: MessageType<Res>;
  readonly responseStream: boolean;
}

/** A method with one request and one response. */
export interface UnaryDefinition<Req, Res> extends MethodDefinition<Req, Res> {
  readonly requestStream: false;
  readonly responseStream: false;
}

/** A service as ts-proto defines it. */
export interface ServiceDefinition {
  /** Like `immudb.schema.ImmuService`. */
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition<never, never>>>;
}

/** The services of immudb. */
export const SERVICES: readonly ServiceDefinition[] = [
  ImmuServiceDefinition,
  AuthorizationServiceDefinition,
  DocumentServiceDefinition,
] as unknown as readonly ServiceDefinition[];

const PATHS: ReadonlyMap<object, string> = new Map(
  SERVICES.flatMap(({ fullName, methods }) =>
    Object.values(methods).map((method) => [method, `/${fullName}/${method.name}`] as const),
  ),
);

/**
 * Where a method is called: `/immudb.schema.ImmuService/VerifiableGet`.
 *
 * @param method one of the generated definitions
 */
export function pathOf(method: { readonly name: string }): string {
  const path = PATHS.get(method);
  if (path === undefined) throw new TypeError(`${method.name} is not a method of an immudb service`);
  return path;
}
