// From a generated method definition to a method that can be called: the definitions know no paths.

import { AuthorizationServiceDefinition } from '../wire/immudb/model/authorization.js';
import { DocumentServiceDefinition } from '../wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { MessageType, StreamMethod, UnaryMethod } from './transport.js';

/** A method of one request and one response, as ts-proto defines it: `ImmuServiceDefinition.methods.get`. */
export interface MethodDefinition<Req, Res> {
  readonly name: string;
  readonly requestType: MessageType<Req>;
  readonly requestStream: false;
  readonly responseType: MessageType<Res>;
  readonly responseStream: false;
}

/** A method in which either side may send any number of messages: `ImmuServiceDefinition.methods.streamSet`. */
export interface StreamDefinition<Req, Res> {
  readonly name: string;
  readonly requestType: MessageType<Req>;
  readonly requestStream: boolean;
  readonly responseType: MessageType<Res>;
  readonly responseStream: boolean;
}

/** The paths of all methods of the server, by their definitions. */
const PATHS: ReadonlyMap<object, string> = new Map([
  ...pathsOf(ImmuServiceDefinition),
  ...pathsOf(DocumentServiceDefinition),
  ...pathsOf(AuthorizationServiceDefinition),
]);

interface ServiceDefinition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, { readonly name: string }>>;
}

function pathsOf({ fullName, methods }: ServiceDefinition): [method: object, path: string][] {
  return Object.values(methods).map((method) => [method, `/${fullName}/${method.name}`]);
}

/** The definition together with its path. */
export function unaryMethod<Req, Res>(definition: MethodDefinition<Req, Res>): UnaryMethod<Req, Res> {
  return streamMethod(definition);
}

/** The definition of a method that may stream, together with its path. */
export function streamMethod<Req, Res>(definition: StreamDefinition<Req, Res>): StreamMethod<Req, Res> {
  const path = PATHS.get(definition);
  if (path === undefined) throw new TypeError(`${definition.name} is not a method of an immudb service`);
  const { name, requestType, responseType } = definition;
  return { name, path, requestType, responseType };
}
