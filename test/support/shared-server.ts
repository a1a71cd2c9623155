// The one real immudb all test files of a run share: started before the run if a selected file asks for it.
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { GO_MISSING, isGoInstalled, startServer } from './real-server.js';

/** What test files are told about the shared server. */
export interface SharedServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** The identity the server announces. */
  readonly uuid: string;
  /** Its process. */
  readonly pid: number;
  /** The public half of the key it signs states with, as PEM. */
  readonly publicKeyPem: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly sharedServer: SharedServer | null;
  }
}

/** Test files share the server's sessions, and the default of 100 is soon used up by files that end without closing. */
const MAX_SESSIONS = 2000;

/** Whether a file chosen for this run asks for the server. Building one takes a minute that most runs need not spend. */
async function isServerNeeded(project: TestProject): Promise<boolean> {
  // The patterns of the command line are not part of vitest's typed interface. Without them every file counts.
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  const texts = await Promise.all(testFiles.map((path) => readFile(path, 'utf8')));
  return texts.some((text) => /describe-(?:real|servers)\.js/.test(text));
}

/** Called by vitest before the run. What it returns is called after. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  project.provide('sharedServer', null);
  if (!(await isServerNeeded(project))) return undefined;
  if (!(await isGoInstalled())) {
    if (process.env.CI)
      throw new Error('Go is missing, and CI must not skip the tests against a real immudb.');
    console.log(GO_MISSING);
    return undefined;
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = await startServer({ signingKey: privateKey, maxSessions: MAX_SESSIONS });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  project.provide('sharedServer', {
    address: server.address,
    uuid: server.uuid,
    pid: server.pid,
    publicKeyPem,
  });
  return server.stop;
}
