// The command line of `npm run test:peers`.
import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Options {
  /** `host:port` of a running server. Default: `immurepo serve`, started for the run. */
  readonly address?: string | undefined;
  /** Against a real immudb, started for the run. */
  readonly real: boolean;
  /** PEM file of the key that server signs with. */
  readonly publicKeyFile?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The one client to run. Default: all. */
  readonly client?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
}

/** How to use it. */
export const USAGE = `Usage: npm run test:peers -- [OPTIONS]
Runs clients that others published, unchanged, against a server, and prints a line per check.

  --address HOST:PORT  a running server; default: our embedded ledger, served by immurepo serve for the run
  --real               a real immudb, started for the run
  --public-key FILE    PEM file of the key it signs states with; without, signatures are not checked
  --user NAME          administrator; default: immudb
  --password TEXT      its password; default: immudb
  --client NAME        go or python; default: both
  --only CHECK         make only this check; may be repeated
  --without CHECK      leave this check out; may be repeated

Exit code: 0 if no check failed, 1 if one did or a client could not be run, 2 for wrong usage.`;

/** @throws Error for anything that is not in the usage */
export function parseOptions(words: readonly string[], clients: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      address: { type: 'string' },
      real: { type: 'boolean', default: false },
      'public-key': { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
      client: { type: 'string' },
      only: { type: 'string', multiple: true },
      without: { type: 'string', multiple: true },
    },
  });
  const { address, client, 'public-key': publicKeyFile, ...rest } = values;
  if (address !== undefined && !/^.+:\d+$/.test(address)) throw new Error('--address must be HOST:PORT');
  if (values.real && address !== undefined) throw new Error('--real and --address exclude each other');
  if (publicKeyFile !== undefined && address === undefined) throw new Error('--public-key needs --address');
  if (client !== undefined && !clients.includes(client)) {
    throw new Error(`--client must be one of: ${clients.join(', ')}`);
  }
  return { address, client, publicKeyFile, ...rest };
}
