// How long it takes to import the package and open an embedded ledger: built as it is published, in processes of their
// own, Node's own start not counted.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from './report.js';
import { medianOf } from './rounds.js';

const run = promisify(execFile);
/** The benchmark is run there, from a bundle elsewhere. */
const project = process.cwd();

const PROGRAM = `
const started = performance.now();
const { openLedger, Entity, Id, Property } = await import('./dist/index.js');
class Note { id; text; }
Id()(Note.prototype, 'id'); Property()(Note.prototype, 'text'); Entity({ name: 'note' })(Note);
const imported = performance.now();
const ledger = await openLedger({ path: process.argv[2], entities: [Note] });
const opened = performance.now();
await ledger.close();
console.log(JSON.stringify({ imported: imported - started, opened: opened - started }));
`;

/** What the goal of 250 ms was set against: importing this package took 32 ms there. Milliseconds of another machine say little. */
const YARDSTICK = '@grpc/grpc-js';
const YARDSTICK_MS = 32;
const YARDSTICK_PROGRAM = `
const started = performance.now();
await import('${YARDSTICK}');
console.log(JSON.stringify({ imported: performance.now() - started }));
`;

/** From the import to an open ledger, of a folder that is there. */
export async function start(times: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-bench-'));
  try {
    await run(process.execPath, [
      join(project, 'node_modules/typescript/bin/tsc'),
      ...['-p', join(project, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')],
    ]);
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'program.js'), PROGRAM);
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, 'yardstick.js'), YARDSTICK_PROGRAM);
    const opened: number[] = [];
    const yardstick: number[] = [];
    const bare: number[] = [];
    const imported: number[] = [];
    for (let time = 0; time <= times; time++) {
      const { stdout } = await run(process.execPath, [join(folder, 'program.js'), join(folder, 'ledger')]);
      // The first makes the ledger.
      if (time === 0) continue;
      const before = performance.now();
      await run(process.execPath, ['-e', '0']);
      bare.push(performance.now() - before);
      const took = JSON.parse(stdout) as { imported: number; opened: number };
      const { stdout: yardstickTook } = await run(process.execPath, [join(folder, 'yardstick.js')]);
      yardstick.push((JSON.parse(yardstickTook) as { imported: number }).imported);
      imported.push(took.imported);
      opened.push(took.opened);
    }
    return [
      { what: 'starting Node alone, for comparison', figure: medianOf(bare), unit: 'ms' },
      { what: "import 'immurepo'", figure: medianOf(imported), unit: 'ms' },
      { what: "import 'immurepo' and an embedded ledger opened", figure: medianOf(opened), unit: 'ms' },
      {
        what: `the same, against importing ${YARDSTICK} alone`,
        figure: medianOf(opened) / medianOf(yardstick),
        unit: '×',
        goal: { atMost: 250 / YARDSTICK_MS },
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
