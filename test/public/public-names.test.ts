// The public names of every sub-path, values and types, against a checked-in list: none comes or goes unnoticed.
// UPDATE_NAMES=1 writes the list anew.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const list = new URL('./public-names.json', import.meta.url);
const entries = {
  '.': 'src/index.ts',
  './client': 'src/client/index.ts',
  './proof': 'src/proof/index.ts',
  './engine': 'src/engine/index.ts',
  './testing': 'src/testing/index.ts',
  './codec': 'src/codecs/index.ts',
  './cbor': 'src/codecs/cbor.ts',
  './message-pack': 'src/codecs/message-pack.ts',
  './adapters': 'src/adapters/index.ts',
  './import': 'src/import/index.ts',
  './extend': 'src/extend/index.ts',
  './nest': 'src/nest/index.ts',
  './nest/health': 'src/nest/health/index.ts',
  './nest/testing': 'src/nest/testing/index.ts',
};

/** What each entry point exports, sorted. */
function publicNames(): Record<string, string[]> {
  const files = Object.values(entries).map((path) => fileURLToPath(new URL(path, root)));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  return Object.fromEntries(
    Object.keys(entries).map((subPath, index) => {
      const symbol = checker.getSymbolAtLocation(program.getSourceFile(files[index]!)!)!;
      return [
        subPath,
        checker
          .getExportsOfModule(symbol)
          .map(({ name }) => name)
          .sort(),
      ];
    }),
  );
}

it('are those of the list, and few enough to remember', async () => {
  const names = publicNames();
  if (process.env.UPDATE_NAMES !== undefined) await writeFile(list, `${JSON.stringify(names, null, 2)}\n`);
  expect(names).toEqual(JSON.parse(await readFile(list, 'utf8')));
  expect(names['.']!.length).toBeLessThanOrEqual(40);
}, 60_000);

it('are offered by the package under the same paths', async () => {
  const { exports } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  expect(Object.keys(exports).filter((path) => path !== './package.json')).toEqual(Object.keys(entries));
});
