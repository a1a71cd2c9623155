// The command line.
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Arguments {
  /** Which lock file to read; undefined: this project's own. */
  readonly file: string | undefined;
  /** A running immudb; undefined: the ledger is in a folder, and needs no server. */
  readonly url: string | undefined;
  /** Where the ledger and its trust are kept; undefined: the usual place. */
  readonly folder: string | undefined;
  readonly json: boolean;
  readonly tamper: boolean;
  readonly help: boolean;
}

/** A command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How to use the quickstart. */
export const USAGE = `A dependency ledger: saves every package of a package-lock.json as an entity, reads all of them back with
proofs, and tells what was added, removed and changed since the last run. The ledger is in a folder and needs
no server; the same code also uses a running immudb.

Usage: npm run quickstart -- [FILE] [options]

  FILE           a package-lock.json, version 2 or 3 (default: this project's)
  --url URL      use a running immudb, like immudb://user:password@localhost:3322/defaultdb
                 (default: the ledger in the folder)
  --folder DIR   where the ledger, and what is trusted of it, are kept between runs
                 (default: .immurepo/quickstart)
  --tamper       afterwards, show what an application sees when a server lies
  --json         print nothing but {saved, transactions, added, removed, changed, ms}
  --help         print this
`;

/** Reads a command line. @throws UsageError naming what is wrong */
export function parseArguments(line: readonly string[]): Arguments {
  const { values, positionals } = parseLine(line);
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One lock file at a time; given were ${positionals.join(', ')}.`);
  for (const name of ['url', 'folder'] as const) {
    if (values[name] === '') throw new UsageError(`--${name} is empty.`);
  }
  if (values.json && values.tamper) {
    throw new UsageError('--json prints figures and --tamper tells a story: choose one of them.');
  }
  const { url, folder, json, tamper, help } = values;
  return { file, url, folder, json, tamper, help };
}

function parseLine(line: readonly string[]) {
  try {
    return parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        folder: { type: 'string' },
        json: { type: 'boolean', default: false },
        tamper: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
