// What an application sees when the server lies: one value is forged on its way, everything else is honest.
import { evidenceOf, type Ledger, type Verified } from 'immurepo';
import type { TrustStore } from 'immurepo/client';
import { LyingProxy } from '../../test/support/lying-proxy.js';
import { LockedPackage } from './locked-package.js';
import { atUrl, type Place } from './place.js';
import type { Style } from './style.js';

/** What came of a lie. */
export interface Tampering {
  readonly name: string;
  /** The version that was committed. */
  readonly committed: string;
  /** The version the server claimed. */
  readonly forged: string;
  /** What the application got; undefined if it got the forged value. */
  readonly error: Error | undefined;
  /** The trusted state before and after, as `transaction:hash`. */
  readonly trusted: readonly [before: string, after: string];
  /** The version the application gets once the server is honest again. */
  readonly afterwards: string | undefined;
}

/** A ledger to be lied about: closed, so that it can be reached through a proxy. */
export interface Victim {
  readonly place: Place;
  readonly store: TrustStore;
  /** Opens the ledger, wherever it is, with the trust of this store. */
  readonly open: (place: Place) => Promise<Ledger>;
}

/** Lies about the first package that has a version. @param read packages that were read and proven before */
export async function tamper(victim: Victim, read: readonly Verified<LockedPackage>[]): Promise<Tampering> {
  const honest = read.find(({ version }) => version !== undefined && otherVersion(version) !== version);
  if (honest === undefined) throw new Error('There is nothing to lie about: no package has a version.');
  return atUrl(victim.place, evidenceOf(honest).database, (url) => lieBetween(url, victim, honest));
}

/** @param url of the honest server; between it and the ledger that is opened here stands a proxy */
async function lieBetween(
  url: URL,
  { store, open }: Victim,
  honest: Verified<LockedPackage>,
): Promise<Tampering> {
  const { name, project, path, version: committed = '' } = honest;
  const { ledgerId, database } = evidenceOf(honest);
  const forged = otherVersion(committed);
  const trusted = async () => {
    const record = await store.load({ ledgerId, database });
    return record ? `${record.head.txId.toString()}:${Buffer.from(record.head.alh).toString('hex')}` : 'none';
  };

  await using proxy = await LyingProxy.start(`${url.hostname}:${url.port || '3322'}`);
  url.host = proxy.address;
  // The same name, whatever the address: what was trusted before is what the proxy is held to.
  await using ledger = await open({ url: url.href, ledgerId });
  const packages = ledger.repository(LockedPackage);
  const before = await trusted();

  proxy.lie('VerifiableGet', ({ response }) => {
    if (response.entry) response.entry.value = replaceText(response.entry.value, committed, forged);
    return response;
  });
  const [answer] = await Promise.allSettled([packages.find({ project, path })]);
  const after = await trusted();

  proxy.clear();
  const afterwards = (await packages.find({ project, path }))?.version;
  const error = answer.status === 'rejected' ? (answer.reason as Error) : undefined;
  return { name, committed, forged, error, trusted: [before, after], afterwards };
}

/** Whether the lie was refused and nothing came of it. */
export function wasHarmless({ error, trusted: [before, after], committed, afterwards }: Tampering): boolean {
  return error !== undefined && before === after && afterwards === committed;
}

/** Tells the story of a lie, in lines. */
export function describeTampering(tampering: Tampering, style: Style): string[] {
  const { name, committed, forged, error, trusted, afterwards } = tampering;
  const [before, after] = trusted.map((state) => state.slice(0, state.indexOf(':') + 17));
  return [
    '',
    style.bold('And if a server lies?'),
    `The same ledger, served through a proxy that claims that ${name} ${committed} is ${forged}. What find() gives the application:`,
    '',
    ...(error
      ? [style.red(`  ${error.name} ${'code' in error ? String(error.code) : ''}`), `  ${error.message}`]
      : [style.red(`  ${name} ${forged}: the lie went through!`)]),
    '',
    before === after
      ? `The trusted state did not move: ${String(before)}…`
      : style.red(`The trusted state moved from ${String(before)}… to ${String(after)}…!`),
    `Without the lie, the same call gives ${name} ${afterwards ?? 'nothing'} again, proven.`,
  ];
}

/** A version of the same length that is another: 1.2.3 becomes 1.2.4, 1.2.9 becomes 1.2.0. */
function otherVersion(version: string): string {
  return version.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
}

function replaceText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));
}
