// The arguments of a command, read with node:util and checked one by one.

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { fromHex } from '../bytes.js';
import { parseU64 } from '../trust/u64.js';

/** An option of a command: what it is followed by (nothing for a switch), and one line about it. */
export interface Option {
  /** What to write after it, e.g. `DIR`; absent for a switch. */
  readonly value?: string;
  /** What it does. */
  readonly about: string;
  /** Whether it may be given several times. */
  readonly isList?: boolean;
}

/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** The command line is wrong; the usage helps. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was given on the command line. */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #operands: readonly string[];

  /**
   * @param words what follows the name of the command
   * @param options what the command knows
   * @param operand what may stand there once without an option's name, if anything may
   * @throws UsageError for anything else, and for an option without its value
   */
  constructor(words: readonly string[], options: Options, operand?: string) {
    try {
      const config = { args: [...words], options: configOf(options), strict: true };
      const { values, positionals } = parseArgs({ ...config, allowPositionals: operand !== undefined });
      this.#values = values;
      this.#operands = positionals;
    } catch (error) {
      // Only the first sentence: the rest is about positional arguments, of which few commands have any.
      throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error));
    }
    if (this.#operands.length > 1)
      throw new UsageError(`there is one ${String(operand)}, and not ${String(this.#operands.length)}`);
  }

  /** What stands there without an option's name, undefined if nothing does. */
  get operand(): string | undefined {
    return this.#operands[0];
  }

  /** Whether a switch was given. */
  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The value of an option, undefined if it was not given. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === '') throw new UsageError(`--${name} is empty`);
    return typeof value === 'string' ? value : undefined;
  }

  /** The values of an option that may be given several times. */
  list(name: string): readonly string[] {
    const values = this.#values[name];
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  }

  /** The value of an option that must be given. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`--${name} is missing`);
    return value;
  }

  /** A transaction id or an epoch, ≥ 1. */
  number(name: string): bigint | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = parseU64(text);
    if (number === undefined || number < 1n) throw new UsageError(`--${name} must be a number of at least 1`);
    return number;
  }

  /** A port, 0 to 65535, or the default. */
  port(name: string, preset: number): number {
    const text = this.text(name);
    if (text === undefined) return preset;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new UsageError(`--${name} must be a port, 0 to 65535`);
  }

  /** 32 bytes in hex. */
  hash(name: string): Uint8Array {
    const bytes = fromHex(this.required(name));
    if (bytes?.length !== 32) throw new UsageError(`--${name} must be 64 hex digits`);
    return bytes;
  }
}

function configOf(options: Options): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value, isList = false }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: isList },
    ]),
  );
}
