// Any RPC of one request and one answer, as it is on the wire: for what has no method of its own, such as the older twins of
// newer RPCs.

import { AuthorizationServiceDefinition } from '../wire/immudb/model/authorization.js';
import { DocumentServiceDefinition } from '../wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import { callService } from './call.js';
import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import type { MethodDefinition } from './rpc.js';

const METHODS = {
  ImmuService: ImmuServiceDefinition.methods,
  DocumentService: DocumentServiceDefinition.methods,
  AuthorizationService: AuthorizationServiceDefinition.methods,
} as const;

/** A service of immudb. */
export type RpcService = keyof typeof METHODS;

/** The RPCs of a service that have one request and one answer, in lower camel case: `createDatabase`. */
export type RpcName<Service extends RpcService> = {
  [Name in keyof (typeof METHODS)[Service]]: (typeof METHODS)[Service][Name] extends {
    readonly requestStream: false;
    readonly responseStream: false;
  }
    ? Name
    : never;
}[keyof (typeof METHODS)[Service]];

/** The request of an RPC, of which any part may be left out. */
export type RpcRequest<
  Service extends RpcService,
  Name extends RpcName<Service>,
> = (typeof METHODS)[Service][Name] extends {
  readonly requestType: { create(base?: infer Request): unknown };
}
  ? NonNullable<Request>
  : never;

/** The answer to an RPC. */
export type RpcAnswer<
  Service extends RpcService,
  Name extends RpcName<Service>,
> = (typeof METHODS)[Service][Name] extends { readonly responseType: { create(base?: never): infer Answer } }
  ? Answer
  : never;

interface Method extends MethodDefinition<object, unknown> {
  readonly requestType: MethodDefinition<object, unknown>['requestType'] & { create(base: object): object };
}

/**
 * Makes a call as it is on the wire, in this connection's session.
 *
 * @param service the short name of its service
 * @param rpc in lower camel case
 * @returns the answer as it is on the wire
 * @throws TypeError for an RPC that is not there or streams · ImmuError as any call · UnknownOutcomeError where the answer
 *   was lost, whatever the RPC does
 */
export function unverifiedRpc<Service extends RpcService, Name extends RpcName<Service>>(
  connection: Connection,
  service: Service,
  rpc: Name,
  request: RpcRequest<Service, Name>,
  options: OperationOptions = {},
): Promise<RpcAnswer<Service, Name>> {
  const method = methodOf(service, String(rpc));
  const message = method.requestType.create(request);
  // Of the method's own types, by its name.
  return callService(connection, method, message, { ...options, kind: 'control' }) as Promise<
    RpcAnswer<Service, Name>
  >;
}

function methodOf(service: string, rpc: string): Method {
  const methods = Object.hasOwn(METHODS, service) ? METHODS[service as RpcService] : {};
  const method = Object.hasOwn(methods, rpc) ? (methods as Readonly<Record<string, Method>>)[rpc] : undefined;
  if (method === undefined) throw new TypeError(`${service}/${rpc} is no RPC of immudb`);
  const { requestStream, responseStream } = method as { requestStream: boolean; responseStream: boolean };
  if (requestStream || responseStream) throw new TypeError(`${rpc} streams: see client.streams`);
  return method;
}
