// Which tables there are, and what is in them, as the server says.

import { ImmuError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { parseResult } from './rows.js';

/** A column of a table, as the server describes it. */
export interface UnverifiedTableColumn {
  readonly name: string;
  /** `INTEGER`, `VARCHAR`, and so on. */
  readonly type: string;
  /** The most bytes of a VARCHAR or BLOB; `undefined` where there is no bound. */
  readonly maxLength: number | undefined;
  /** Of a primary key the server says true unless NOT NULL was written, and takes no NULL all the same. */
  readonly nullable: boolean;
  /** `primary`: part of the primary key · `index`: of another index · `none`. */
  readonly index: 'primary' | 'index' | 'none';
  readonly autoIncrement: boolean;
  readonly unique: boolean;
}

/** The names of all tables. @throws ImmuError */
export async function listTables(
  connection: Connection,
  { signal, timeoutMs }: OperationOptions,
): Promise<string[]> {
  const method = ImmuServiceDefinition.methods.listTables;
  const answer = await callService(connection, method, {}, { signal, timeoutMs, kind: 'read' });
  return parseResult<{ TABLE: string }>(answer).map(({ TABLE }) => TABLE);
}

interface DescribedColumn {
  readonly COLUMN: string;
  readonly TYPE: string;
  readonly NULLABLE: boolean;
  readonly INDEX: string;
  readonly AUTO_INCREMENT: boolean;
  readonly UNIQUE: boolean;
}

/** The columns of a table, in order. @throws ImmuError TABLE_NOT_FOUND */
export async function describeTable(
  connection: Connection,
  table: string,
  { signal, timeoutMs }: OperationOptions,
): Promise<UnverifiedTableColumn[]> {
  if (typeof table !== 'string' || table === '') throw new TypeError('table must be a name');
  const method = ImmuServiceDefinition.methods.describeTable;
  const request = { tableName: table };
  const answer = await callService(connection, method, request, { signal, timeoutMs, kind: 'read' });
  return parseResult<DescribedColumn>(answer).map((column) => {
    const [, type = column.TYPE, length] = /^(\w+)\((\d+)\)$/.exec(column.TYPE) ?? [];
    return {
      name: column.COLUMN,
      type,
      maxLength: length === undefined ? undefined : Number(length),
      nullable: column.NULLABLE,
      index: parseIndex(column.INDEX),
      autoIncrement: column.AUTO_INCREMENT,
      unique: column.UNIQUE,
    };
  });
}

function parseIndex(text: string): UnverifiedTableColumn['index'] {
  if (text === 'PRIMARY KEY') return 'primary';
  if (text === 'YES') return 'index';
  if (text === 'NO') return 'none';
  throw new ImmuError('SERVER_ERROR', 'DescribeTable: the server answered an index of no known kind.');
}
