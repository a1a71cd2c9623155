// immudb-py, the official client for Python, in a virtual environment of its own.
import { join } from 'node:path';
import { cached, hashOf, runProgram, runs } from './cached.js';
import type { Command, Peer } from './peer.js';

const sourceFolder = join(import.meta.dirname, 'python');
const requirements = join(sourceFolder, 'requirements.txt');

/** The client of PyPI's immudb-py. Installed in about half a minute, once. */
export const immudbPy: Peer = {
  name: 'python',
  about: 'immudb-py 1.5.0',
  prepare: async () => {
    if (!(await runs('python3', '--version'))) return 'python3 not found';
    if (!(await runs('python3', '-c', 'import venv, ensurepip'))) return 'python3 has no venv or no pip';
    return installImmudbPy();
  },
};

async function installImmudbPy(): Promise<Command> {
  const { stdout: version } = await runProgram('python3', ['--version']);
  const folder = await cached(`immudb-py-${await hashOf([requirements], version)}`, async (path) => {
    await runProgram('python3', ['-m', 'venv', path]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await runProgram(join(path, 'bin', 'python'), install);
  });
  // -B: Python writes no compiled files among the sources.
  return [join(folder, 'bin', 'python'), '-B', join(sourceFolder, 'main.py')];
}
