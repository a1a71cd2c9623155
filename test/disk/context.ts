// What a case has to work with: disks, processes and chance. All that it made is gone after each cycle.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Disk } from './disk.js';
import { Spoken } from './process.js';

/** Numbers that add up over cycles. */
export type Figures = Readonly<Record<string, number>>;

/** Something that must hold. */
export interface DiskCase {
  readonly name: string;
  /** What it cannot do without. */
  readonly needs: 'nothing' | 'mount' | 'inject';
  /** @param cycle from 0 @throws Error for what does not hold */
  readonly run: (context: Context, cycle: number) => Promise<Figures>;
}

/** What came of a command line. */
export interface CommandResult {
  readonly exit: number | string | null;
  readonly out: string;
  readonly errors: string;
}

/** The means of one cycle. */
export class Context {
  /** How many processes there are to be at once. */
  readonly processes: number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** A folder on the ordinary disk. */
  readonly folder = mkdtempSync(join(tmpdir(), 'immurepo-disk-'));
  readonly #disks: Disk[] = [];
  readonly #running: Spoken[] = [];

  /** @param processes how many at once @param random decides what is left to chance */
  constructor(processes: number, random: () => number) {
    this.processes = processes;
    this.random = random;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  /** One of several. */
  oneOf<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  /** A new disk. */
  disk(bytes: number): Disk {
    const disk = new Disk(join(this.folder, `disk${this.#disks.length}`), bytes);
    this.#disks.push(disk);
    return disk;
  }

  /** Starts a process of worker.ts. @param wrap words before the command */
  worker(mode: string, args: readonly string[], wrap: readonly string[] = []): Spoken {
    const spoken = new Spoken([...wrap, process.execPath, scriptOf('worker'), mode, ...args]);
    this.#running.push(spoken);
    return spoken;
  }

  /** Runs a command of `immurepo` to its end. */
  async command(...words: readonly string[]): Promise<CommandResult> {
    const spoken = new Spoken([process.execPath, scriptOf('main'), ...words]);
    this.#running.push(spoken);
    const exit = await spoken.ended;
    return { exit, out: spoken.lines.join('\n'), errors: spoken.errors };
  }

  /** Ends and removes everything. */
  async clear(): Promise<void> {
    await Promise.all(this.#running.map((spoken) => spoken.kill()));
    for (const disk of this.#disks) disk.unmount();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Scripts are bundled side by side. */
function scriptOf(name: string): string {
  return fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
}
