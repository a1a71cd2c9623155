// The contract's backend for a ledger service in this process. Requests and responses pass through their encoding, so
// that what could not go over a wire does not pass here either.
import { ImmuError } from '../../src/errors.js';
import { ServiceFailure } from '../../src/engine/service-failure.js';
import type { LedgerService } from '../../src/engine/service/service.js';
import { anyMethod, backendOver, pathOf, type Headers } from './caller.js';
import type { MethodName, Outcome, RpcBackend } from './rpc-backend.js';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** @param end stops the service */
export function serviceBackend(
  name: string,
  service: LedgerService,
  end: () => Promise<void> = () => Promise.resolve(),
): RpcBackend {
  async function move(
    methodName: MethodName,
    headers: Headers,
    requests: readonly Uint8Array[],
  ): Promise<Outcome<Uint8Array>> {
    const method = anyMethod(methodName);
    const call = { path: pathOf(methodName), headers };
    const decoded = requests.map((request) => method.requestType.decode(request));
    const messages: Uint8Array[] = [];
    const take = (message: unknown) => messages.push(method.responseType.encode(message).finish());
    try {
      if (method.requestStream || method.responseStream) {
        for await (const message of service.stream(call, each(decoded))) take(message);
      } else {
        take(await service.unary(call, decoded[0]));
      }
      return { messages, failure: undefined };
    } catch (error) {
      // Anything else is a fault of the service, and no answer; also one it has put into words for a stranger.
      if (!(error instanceof ServiceFailure)) throw error;
      if (error.cause instanceof Error && !(error.cause instanceof ImmuError)) throw error.cause;
      return { messages, failure: { status: error.status, text: error.message, code: error.code } };
    }
  }
  return backendOver(name, move, end);
}
