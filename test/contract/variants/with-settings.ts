// A backend whose databases are all made with certain settings, whoever makes them.
import { type DatabaseSettings, toWireSettings } from '../../../src/client/database-settings.js';
import type { RequestOf, RpcBackend, RpcCaller, UnaryName } from '../rpc-backend.js';

type Creation = RequestOf<'createDatabaseV2'>;

/** The same backend; what a request says of settings itself stands. */
export function withSettings(backend: RpcBackend, settings: DatabaseSettings): RpcBackend {
  if (Object.keys(settings).length === 0) return backend;
  const preset = toWireSettings(settings);

  function changed<N extends UnaryName>(method: N, request: RequestOf<N>): RequestOf<N> {
    if (method !== 'createDatabaseV2') return request;
    const { settings: given } = request as Creation;
    return { ...request, settings: { ...preset, ...given } };
  }
  const callerOf = (caller: RpcCaller): RpcCaller => ({
    ask: (method, request) => caller.ask(method, changed(method, request)),
    stream: (method, requests) => caller.stream(method, requests),
    exchange: (method, requests) => caller.exchange(method, requests),
  });
  return {
    ...backend,
    withHeaders: (headers) => callerOf(backend.withHeaders(headers)),
    withSession: async (...who) => {
      const session = await backend.withSession(...who);
      return { ...callerOf(session), sessionId: session.sessionId, close: () => session.close() };
    },
  };
}
