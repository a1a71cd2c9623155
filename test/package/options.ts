// The command line of `npm run test:package`.
import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Options {
  /** Versions of Node, as npm takes them, or `running`. */
  readonly node: readonly string[];
  /** Versions of TypeScript. */
  readonly typescript: readonly string[];
  /** Rows of the table. Default: all but `suite`. */
  readonly only: readonly string[] | undefined;
  /** What the suite is to run of itself: files or folders. Default: all. */
  readonly files: readonly string[];
}

/** How to use it. */
export const USAGE = `Usage: npm run test:package -- [OPTIONS] [FILES]
Packs the project, installs the tarball in temporary projects, and runs programs that use it. The registry is asked for
what they need. Prints a table of projects and versions.

  --node VERSIONS        of Node, e.g. 22,24.9.0, or running; default: 20.19.0,20,22.12.0,22,24
  --typescript VERSIONS  default: 5.9,6,7
  --only NAME            one row of the table; may be repeated. "suite" is run only then: our own tests (those in FILES)
                         under each version of Node

Exit code: 0 if nothing failed, 1 if something did, 2 for wrong usage.`;

/** @throws Error for anything that is not in the usage */
export function parseOptions(words: readonly string[], rows: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      // The lowest that `engines` admits of each line, and the newest of it.
      node: { type: 'string', default: '20.19.0,20,22.12.0,22,24' },
      typescript: { type: 'string', default: '5.9,6,7' },
      only: { type: 'string', multiple: true },
    },
  });
  for (const name of values.only ?? []) {
    if (!rows.includes(name)) throw new Error(`--only must be one of: ${rows.join(' · ')}`);
  }
  const versions = (text: string) => text.split(',').filter((version) => version !== '');
  return {
    node: versions(values.node),
    typescript: versions(values.typescript),
    only: values.only,
    files: positionals,
  };
}
