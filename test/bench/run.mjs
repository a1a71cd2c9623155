// Bundles the benchmark and runs it. Not by tsx: that wraps every function to keep its name, and what is measured then
// is mostly the wrapping.

import { spawn } from 'node:child_process';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('../..', import.meta.url));
const outfile = `${project}node_modules/.cache/immurepo/bench.mjs`;
const source = (name) => `${project}src/${name}index.ts`;

await build({
  entryPoints: [`${project}test/bench/main.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  alias: {
    'immurepo/client': source('client/'),
    'immurepo/engine': source('engine/'),
    immurepo: source(''),
  },
  // The builder of the real server finds its sources beside itself.
  define: { 'import.meta.dirname': JSON.stringify(`${project}test/support`) },
  logLevel: 'warning',
});
const child = spawn(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: project,
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
