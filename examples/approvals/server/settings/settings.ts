// How the service is set up: by its environment, checked before anything else happens.

import 'reflect-metadata';
import type { LogLevel } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength, validateSync } from 'class-validator';
import { resolve } from 'node:path';

/** From the least to the most that is logged. */
const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const satisfies readonly LogLevel[];

const IMMUDB_URL = { protocols: ['immudb', 'immudbs'], require_protocol: true, require_tld: false };

const PAUSES = { message: '$property must be a whole number of milliseconds from 10 to 3600000.' };
const PORTS = { message: 'PORT must be a whole number from 0, which means any that is free, to 65535.' };

class Environment {
  @Type(() => Number)
  @Max(65_535, PORTS)
  @Min(0, PORTS)
  @IsInt(PORTS)
  PORT = 3000;

  @MinLength(1, { message: 'LEDGER_PATH must name a folder.' })
  @IsString()
  LEDGER_PATH = 'examples/approvals/data/ledger';

  // The text itself must not be shown: there is a password in it.
  @IsOptional()
  @IsUrl(IMMUDB_URL, { message: 'LEDGER_URL must be like immudb://user:password@host:3322/database.' })
  LEDGER_URL?: string;

  @IsOptional()
  @IsIn(LEVELS, { message: `LOG_LEVEL must be one of ${LEVELS.join(', ')}.` })
  LOG_LEVEL?: LogLevel;

  @IsOptional()
  @IsString()
  ORDERS_CSV?: string;

  @Type(() => Number)
  @Max(3_600_000, PAUSES)
  @Min(10, PAUSES)
  @IsInt(PAUSES)
  ROUNDS_MS = 60_000;

  @Type(() => Number)
  @Max(3_600_000, PAUSES)
  @Min(10, PAUSES)
  @IsInt(PAUSES)
  SHUTDOWN_MS = 10_000;
}

const NAMES = [
  'PORT', 'LEDGER_PATH', 'LEDGER_URL', 'LOG_LEVEL', 'ORDERS_CSV', 'ROUNDS_MS', 'SHUTDOWN_MS',
] as const satisfies readonly (keyof Environment)[]; // prettier-ignore

/** A setting that is wrong. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Where the ledger is: in a folder, or on an immudb. */
export type LedgerPlace = { readonly path: string } | { readonly url: string };

export class Settings {
  readonly port: number;
  readonly ledger: LedgerPlace;
  readonly logLevels: LogLevel[];
  /** The file of orders to begin with; undefined for none. */
  readonly ordersCsv: 'generated' | { readonly path: string } | undefined;

  /** How often all orders are read. */
  readonly roundsMs: number;
  /** How long requests may take that are under way when it is to end. */
  readonly shutdownMs: number;

  private constructor(environment: Environment, isTerminal: boolean) {
    const { PORT, LEDGER_PATH, LEDGER_URL, LOG_LEVEL, ORDERS_CSV, ROUNDS_MS, SHUTDOWN_MS } = environment;
    [this.roundsMs, this.shutdownMs] = [ROUNDS_MS, SHUTDOWN_MS];
    this.port = PORT;
    this.ledger = LEDGER_URL === undefined ? { path: resolve(LEDGER_PATH) } : { url: LEDGER_URL };
    // A person at a terminal wants to see the address of the page, and not a line for each request.
    this.logLevels = LEVELS.slice(0, LEVELS.indexOf(LOG_LEVEL ?? (isTerminal ? 'warn' : 'log')) + 1);
    this.ordersCsv =
      ORDERS_CSV === undefined ? 'generated' : ORDERS_CSV === '' ? undefined : { path: resolve(ORDERS_CSV) };
  }

  /** @throws SettingsError with all that is wrong */
  static of(variables: NodeJS.ProcessEnv, isTerminal: boolean): Settings {
    const { LEDGER_PATH, LEDGER_URL } = variables;
    const given = Object.fromEntries(NAMES.map((name) => [name, variables[name]]));
    const environment = plainToInstance(Environment, given, { exposeUnsetFields: false });
    const problems = validateSync(environment, { stopAtFirstError: true }).flatMap(({ constraints }) =>
      Object.values(constraints ?? {}),
    );
    if (LEDGER_PATH !== undefined && LEDGER_URL !== undefined)
      problems.push('Give LEDGER_PATH or LEDGER_URL, not both.');
    if (problems.length > 0) throw new SettingsError(problems.join('\n'));
    return new Settings(environment, isTerminal);
  }
}
