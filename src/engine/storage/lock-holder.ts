// Who holds a lock file, and whether that process is still there. A process of this system is asked for; one that
// cannot be seen from here (in another container, or on another host of a shared folder) is judged by its heartbeat.

import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { basename } from 'node:path';
import { errorCode } from './storage-errors.js';

/** How often a holder shows that it lives. */
export const HEARTBEAT_MS = 5_000;

/** A heartbeat this old is that of a process that is gone. Several are missed before. */
export const MAX_HEARTBEAT_AGE_MS = 30_000;

/** A process, well enough described to find it again and not to take another one for it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** For a person: what was started. */
  readonly command: string;
  /** For a person: when it took the lock. */
  readonly since: string;
  /** Tells this lock from every other: a file system uses the numbers of its files again. */
  readonly token: string;
  /** Linux: within which process ids mean something. */
  readonly pidNamespace?: string | undefined;
  /** Linux: when the process started, so that a later one with its id is not taken for it. */
  readonly startTicks?: string | undefined;
  /** Linux: since which start of the system that time counts. */
  readonly bootId?: string | undefined;
}

/** This process, about to take a lock. */
export async function thisProcess(): Promise<Holder> {
  const [pidNamespace, bootId, status] = await Promise.all([
    readlink('/proc/self/ns/pid').catch(() => undefined),
    readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => undefined),
    processStatus('self'),
  ]);
  return {
    pid: process.pid,
    host: hostname(),
    command: process.argv
      .slice(0, 2)
      .map((part) => basename(part))
      .join(' '),
    since: new Date().toISOString(),
    token: randomBytes(8).toString('hex'),
    pidNamespace,
    startTicks: status?.startTicks,
    bootId: bootId?.trim(),
  };
}

/** A holder as text. */
export function formatHolder(holder: Holder): string {
  return `${JSON.stringify(holder)}\n`;
}

/** @returns undefined for a text that tells of no process: cut short by a power loss, or not ours */
export function parseHolder(text: string): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host, command, since, token, pidNamespace, startTicks, bootId } = value as Record<
    string,
    unknown
  >;
  const texts = [host, command, since, token];
  const more = [pidNamespace, startTicks, bootId];
  if (!Number.isSafeInteger(pid) || Number(pid) < 1 || texts.some((part) => typeof part !== 'string'))
    return undefined;
  if (more.some((part) => part !== undefined && typeof part !== 'string')) return undefined;
  return value as Holder;
}

/**
 * Whether a holder is gone, so that its lock may be taken over.
 *
 * @param holder undefined for one that could not be read
 * @param me this process
 * @param heartbeatAgeMs how long ago it showed that it lives
 */
export async function isGone(
  holder: Holder | undefined,
  me: Holder,
  heartbeatAgeMs: number,
): Promise<boolean> {
  if (holder?.host !== me.host || holder.pidNamespace !== me.pidNamespace)
    return heartbeatAgeMs > MAX_HEARTBEAT_AGE_MS;
  // Another start of this system, or another system of its name. The first is over; the second shows by its heartbeat.
  if (holder.bootId !== me.bootId) return heartbeatAgeMs > Math.min(uptime() * 1_000, MAX_HEARTBEAT_AGE_MS);
  return !(await isRunning(holder));
}

async function isRunning({ pid, startTicks }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (errorCode(error) === 'ESRCH') return false;
  }
  const status = await processStatus(String(pid));
  // Without /proc, or with one that hides others' processes, the answer above must do.
  if (!status || startTicks === undefined) return true;
  // Z and X: dead, and not yet collected by its parent.
  return status.startTicks === startTicks && !/^[ZX]$/.test(status.state);
}

/** What Linux tells of a process. See proc(5), /proc/pid/stat: the name, field 2, may hold spaces and parentheses. */
async function processStatus(pid: string): Promise<{ state: string; startTicks: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[22 - 3]];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}
