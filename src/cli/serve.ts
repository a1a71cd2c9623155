// immurepo serve: the ledger of a folder for any client of immudb, until it is told to end.

import { resolve } from 'node:path';
import { isLoopback } from '../client/connection-options.js';
import { EMBEDDED_DATABASE } from '../client/database-name.js';
import { printable } from '../client/printable.js';
import type { Engine } from '../engine/engine.js';
import { ImmuError } from '../errors.js';
import { UsageError } from './arguments.js';
import type { Command } from './command.js';
import { SERVE_OPTIONS, type ServeSettings, serveSettings } from './serve-options.js';
import { processStops, type Stops } from './stops.js';
import { type Terminal, toned } from './terminal.js';

/** What immudb calls the administrator and their password until somebody changes it. */
const DEFAULT = 'immudb';

/** A ledger that is served. */
interface Served {
  readonly settings: ServeSettings;
  readonly address: string;
  readonly engine: Engine;
  readonly user: string;
  readonly defaultPassword: boolean;
}

/** `immurepo serve`, which ends when it is told by `stops`. */
export function serveCommand(stops: Stops): Command {
  return {
    name: 'serve',
    about: 'Serve an embedded ledger to any client of immudb, over gRPC',
    details: [
      'The folder is made if need be. While it is served no other process can open it: they connect by the URL shown.',
      'Ends at Ctrl-C or SIGTERM, once the writes under way are on the disk; a second time at once.',
      'With --json one line is printed when it is ready: its address, with the port, and the name of the server.',
    ],
    options: SERVE_OPTIONS,
    run: async (given, terminal) => {
      const settings = await serveSettings(given, terminal);
      const json = given.has('json');
      const served = await open(settings);
      try {
        // Before it is told that it is ready: whoever reads that may end it at once.
        const stopped = stops.wait(given.has('until-stdin-closes'));
        if (json) terminal.out(JSON.stringify(servedJson(served)));
        else servedLines(terminal, served).forEach(terminal.out);
        const reason = await stopped;
        if (!json)
          terminal.err(`Ending (${reason}): waiting for what is under way. Once more ends it at once.`);
      } finally {
        await served.close();
      }
      return { json: undefined, lines: [] };
    },
  };
}

/** `immurepo serve` */
export const serve = serveCommand(processStops);

async function open(settings: ServeSettings): Promise<Served & { readonly close: () => Promise<void> }> {
  const { path, host, port, tls } = settings;
  await settlePassword(settings);
  const engine = await openEngineOf(settings);
  try {
    const { serveEngine } = await import('../engine/serve.js');
    const { administratorOf } = await import('../engine/maintenance/administrator.js');
    await makeDatabase(engine, settings.database);
    const { name: user, hasPassword } = await administratorOf(path);
    const defaultPassword = await hasPassword(DEFAULT);
    const server = await serveEngine(engine.service, { host, port, ...(tls === undefined ? {} : { tls }) });
    const close = async () => {
      await server.close();
      await engine.close();
    };
    return { settings, address: server.address, engine, user, defaultPassword, close };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openEngineOf({ path, user, password, database, signing }: ServeSettings): Promise<Engine> {
  const { openEngine } = await import('../engine/engine.js');
  return openEngine({
    path,
    ...signing,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { databases: [database] }),
  });
}

async function makeDatabase(engine: Engine, asked: string | undefined): Promise<void> {
  if (asked === undefined && engine.databaseNames.length === 0)
    await engine.createDatabase(EMBEDDED_DATABASE);
}

/** A user and a password that are given are those of the ledger, or the ledger is not served. */
async function settlePassword({ path, user, password, setPassword }: ServeSettings): Promise<void> {
  const { hasLedger } = await import('../engine/maintenance/folders.js');
  if (!(await hasLedger(resolve(path)))) return;
  const { administratorOf, setAdministratorPassword } =
    await import('../engine/maintenance/administrator.js');
  const { name, hasPassword } = await administratorOf(path);
  if (user !== undefined && user !== name) {
    throw new ImmuError(
      'INVALID_CREDENTIALS',
      `The administrator of the ledger in ${path} is "${name}", and their name cannot be changed: leave out --user.`,
    );
  }
  if (password === undefined || (await hasPassword(password))) return;
  if (!setPassword) {
    throw new ImmuError(
      'INVALID_CREDENTIALS',
      `The administrator "${name}" of the ledger in ${path} has another password than the one given. Leave it out to serve ` +
        'the ledger with the one it has, or add --set-password to make the one given theirs from now on.',
    );
  }
  const bytes = new TextEncoder().encode(password).length;
  if (bytes > MAX_PASSWORD_BYTES)
    throw new UsageError(`a password has at most ${String(MAX_PASSWORD_BYTES)} bytes`);
  await setAdministratorPassword(path, password);
}

const MAX_PASSWORD_BYTES = 72;

function servedJson({ settings, address, engine, user, defaultPassword }: Served): object {
  const { uuid, path } = engine;
  const tls = settings.tls !== undefined;
  return { address, uuid, path, databases: databasesOf(engine), user, defaultPassword, tls };
}

function servedLines(
  terminal: Terminal,
  { settings, address, engine, user, defaultPassword }: Served,
): string[] {
  const [first = EMBEDDED_DATABASE] = engine.databaseNames;
  const password = defaultPassword ? DEFAULT : 'PASSWORD';
  const scheme = settings.tls === undefined ? 'immudb' : 'immudbs';
  const url = `${scheme}://${user}:${password}@${address}/${first}`;
  return [
    `Serving ${printable(settings.path, 4000)} at ${toned(terminal, 'strong', url)}`,
    `Databases: ${databasesOf(engine).join(', ')}. Ctrl-C ends it.`,
    ...(defaultPassword ? [passwordLine(terminal, settings)] : []),
  ];
}

function passwordLine(terminal: Terminal, { host }: ServeSettings): string {
  const text = `The password is the default, "${DEFAULT}".`;
  if (isLoopback(host)) return text;
  return toned(
    terminal,
    'bad',
    `${text} Whoever reaches ${host} can read and write: set one, with --set-password.`,
  );
}

function databasesOf(engine: Engine): readonly string[] {
  return [...engine.databaseNames, 'defaultdb'];
}
