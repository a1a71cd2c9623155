// Servers that are set up otherwise than by default, and databases: what the contract and the repositories are held to
// on each. Where one of them changes an answer, the test that meets it says so.
import { ChannelCredentials } from '@grpc/grpc-js';
import { generateKeyPairSync } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ConnectOptions } from '../../../src/client/connect.js';
import type { DatabaseSettings } from '../../../src/client/database-settings.js';
import type { TlsOptions } from '../../../src/client/tls-options.js';
import { openEngine } from '../../../src/engine/engine.js';
import { serveEngine } from '../../../src/engine/serve.js';
import { certificateAuthority } from '../../support/certificates.js';
import { startServer, type ServerTls } from '../../support/real-server.js';
import { grpcBackend } from '../grpc-backend.js';
import type { RpcBackend } from '../rpc-backend.js';
import { withSettings } from './with-settings.js';

/** A variant that is running. */
export interface OpenVariant {
  readonly backend: RpcBackend;
  /** How a client connects as its administrator. */
  readonly connection: Pick<ConnectOptions, 'url' | 'tls' | 'trust'>;
  /** Ends the server, and what is connected to it by `backend`. */
  readonly end: () => Promise<void>;
}

/** A way to set up a server, and the databases made on it. */
export interface Variant {
  readonly name: string;
  /** Of every database that is made on it. */
  readonly settings: DatabaseSettings;
  readonly open: () => Promise<OpenVariant>;
}

/** Everything on every variant, and not only what it is likely to change. */
export const ALL_VARIANTS = process.env.IMMUREPO_VARIANTS === 'all';

/** Rows open sessions and leave them. */
const MAX_SESSIONS = 2000;

/** Shorter than a test, longer than a call. */
const MOMENT_MS = 100;

const authority = certificateAuthority();
const own = authority.issue({ names: ['localhost', '127.0.0.1'] });
const { cert, key } = authority.issue();
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What server and client say of TLS. */
interface Secured {
  readonly server: ServerTls;
  readonly client: TlsOptions;
}

const TLS: Secured = { server: own, client: { ca: authority.cert } };
const MUTUAL_TLS: Secured = {
  server: { ...own, clientCa: authority.cert },
  client: { ca: authority.cert, cert, key },
};

/** What is changed. */
interface Changes {
  readonly settings?: DatabaseSettings;
  readonly tls?: Secured;
  readonly signed?: boolean;
  readonly logRequestMetadata?: boolean;
  /** Whether a session is over when nothing was asked for a moment. */
  readonly shortSessions?: boolean;
}

interface Started {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

async function startReal(changes: Changes): Promise<Started> {
  const { tls, signed = false, logRequestMetadata = false, shortSessions = false } = changes;
  const server = await startServer({
    maxSessions: MAX_SESSIONS,
    logRequestMetadata,
    ...(tls === undefined ? {} : { tls: tls.server }),
    ...(signed ? { signingKey: privateKey } : {}),
    ...(shortSessions ? { sessionTimeoutMs: MOMENT_MS, sessionGuardIntervalMs: MOMENT_MS } : {}),
  });
  return { address: server.address, stop: server.stop };
}

async function startEngine({ tls, signed = false, shortSessions = false }: Changes): Promise<Started> {
  const engine = await openEngine({
    maxSessions: MAX_SESSIONS,
    ...(signed ? { signingKey: privateKey } : {}),
    ...(shortSessions ? { sessionTimeoutMs: MOMENT_MS, sessionCheckMs: MOMENT_MS } : {}),
  });
  const served = await serveEngine(engine.service, tls === undefined ? {} : { tls: engineTls(tls.server) });
  const stop = async () => {
    await served.close();
    await engine.close();
  };
  return { address: served.address, stop };
}

const engineTls = ({ cert: certificate, key: serverKey, clientCa }: ServerTls) => ({
  certificate,
  key: serverKey,
  ...(clientCa === undefined ? {} : { clientAuthority: clientCa }),
});

/** Node warns of whoever asks a server for a certificate by an address. */
const byName = (address: string) => address.replace('127.0.0.1', 'localhost');

function channelCredentials({ client: { ca, cert: shown, key: ownKey } }: Secured): ChannelCredentials {
  const pems = { ca, cert: shown, key: ownKey } as Parameters<typeof createSecureContext>[0];
  return ChannelCredentials.createFromSecureContext(createSecureContext(pems));
}

function variant(name: string, start: (changes: Changes) => Promise<Started>, changes: Changes): Variant {
  const { settings = {}, tls, signed = false } = changes;
  return {
    name,
    settings,
    open: async () => {
      const { address, stop } = await start(changes);
      const backend = grpcBackend(name, byName(address), tls && channelCredentials(tls));
      return {
        backend: withSettings(backend, settings),
        connection: {
          url: `immudb://immudb:immudb@${address}`,
          ...(tls === undefined ? {} : { tls: tls.client }),
          trust: signed ? { key: signingKeyPem } : { firstUse: true },
        },
        end: async () => {
          await backend.close();
          await stop();
        },
      };
    },
  };
}

/** Those of a real immudb. The first is what runs always, in place of most of the others. */
export const REAL_VARIANTS: readonly Variant[] = [
  variant('all at once', startReal, {
    tls: MUTUAL_TLS,
    signed: true,
    logRequestMetadata: true,
    settings: { maxConcurrency: 2 },
  }),
  variant('signing key', startReal, { signed: true }),
  variant('TLS', startReal, { tls: TLS }),
  variant('mutual TLS', startReal, { tls: MUTUAL_TLS }),
  variant('request metadata', startReal, { logRequestMetadata: true }),
  variant('header version 0', startReal, { settings: { writeTxHeaderVersion: 0 } }),
  variant('two writes at once', startReal, { settings: { maxConcurrency: 2 } }),
  variant('short sessions', startReal, { shortSessions: true }),
];

/** Those of an embedded ledger that is served. */
export const ENGINE_VARIANTS: readonly Variant[] = [
  variant('signing key', startEngine, { signed: true }),
  variant('TLS', startEngine, { tls: TLS }),
  variant('mutual TLS', startEngine, { tls: MUTUAL_TLS }),
  variant('header version 0', startEngine, { settings: { writeTxHeaderVersion: 0 } }),
  variant('short sessions', startEngine, { shortSessions: true }),
];
