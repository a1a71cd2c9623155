// What is loaded before a ledger is open: hardly any program does everything, and every module costs all of them time to start.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

/** What stands at the beginning of a line and brings another module along: types alone do not. */
const STATIC = /^(?:import|export)(?! type\b)(?:[^'";]*? from)? '(\.[^']+)';/gm;

/** Modules that come with a module, and with all that come with it; those named in `import()` do not. */
function loadedWith(...roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = roots.map((root) => join(SRC, root));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = relative(SRC, file);
    if (found.has(name)) continue;
    found.add(name);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(STATIC))
      waiting.push(resolve(dirname(file), path.replace(/\.js$/, '.ts')));
  }
  return found;
}

/** With the engine, which an embedded ledger loads when it is opened. */
const loaded = loadedWith('index.ts', 'engine/engine.ts');

/** Of topics, what must be there at once: to check what is given, and for classes that are handed out without waiting. */
const AT_ONCE: Readonly<Record<string, readonly string[]>> = {
  // Statements with queries: a call that is loaded first would be overtaken by one that is not.
  'client/sql/': [
    'error-rows',
    'exec',
    'parameters',
    'query',
    'rows',
    'sql-client',
    'statements',
    'timestamp',
  ],
  'client/documents/': [
    'collection-names',
    'document-client',
    'document-content',
    'error-rows',
    'one-at-a-time',
    'pins',
    'query',
  ],
  'client/admin/': ['admin-client', 'error-rows'],
  'client/streams/': ['error-rows', 'limits', 'max-bytes', 'source', 'stream-client', 'to-send'],
  'client/proofs/': ['proof-client'],
  'repository/reindex/': [],
  'import/': [],
};

describe('what is loaded before an embedded ledger is open', () => {
  it('is what opens it, and its repositories', () => {
    // Else the walk has lost its way, and everything below holds of nothing.
    for (const name of [
      'open-ledger.ts',
      'client/connection.ts',
      'client/verified/set.ts',
      'proof/verify/inclusion.ts',
    ])
      expect(loaded).toContain(name);
    expect([...loaded].filter((name) => !existsSync(join(SRC, name)))).toEqual([]);
  });

  it.each(Object.entries(AT_ONCE))('of %s is only what checks and hands out', (folder, names) => {
    const found = [...loaded].filter((name) => name.startsWith(folder)).sort();
    expect(found).toEqual(names.map((name) => `${folder}${name}.ts`));
  });

  it('is nothing by way of an index of a part, which brings all of the part along', () => {
    const indexes = [...loaded].filter((name) => name !== 'index.ts' && name.endsWith('/index.ts'));
    expect(indexes).toEqual([]);
  });

  it('is no check of what only other topics prove', () => {
    const others = /^proof\/verify\/(?:verify-(?:document|sql-row|streamed|path)|sql-catalog)\.ts$/;
    expect([...loaded].filter((name) => others.test(name))).toEqual([]);
  });

  it('is no more than it was', () => {
    expect(loaded.size).toBeLessThanOrEqual(430);
  });
});
