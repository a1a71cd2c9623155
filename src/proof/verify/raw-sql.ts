// The shape of an answer with a row of an SQL table before anything is checked.

import type { RawInclusionProof, RawKeyMetadata, RawVerifiableTx } from './raw.js';

/** Untrusted: a row as it is stored. */
export interface RawSqlEntry {
  readonly tx: bigint;
  /** Not the key it is stored under, but that of the primary index. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: RawKeyMetadata | undefined;
}

/** Untrusted: a row and its proof, and what the server says of its table, which no proof covers. */
export interface RawVerifiableSqlEntry {
  readonly sqlEntry?: RawSqlEntry | undefined;
  readonly verifiableTx?: RawVerifiableTx | undefined;
  readonly inclusionProof?: RawInclusionProof | undefined;
  readonly DatabaseId: number;
  readonly TableId: number;
  readonly PKIDs: readonly number[];
  readonly ColNamesById: ReadonlyMap<number, string>;
  readonly ColIdsByName: ReadonlyMap<string, number>;
  readonly ColTypesById: ReadonlyMap<number, string>;
  readonly ColLenById: ReadonlyMap<number, number>;
  readonly MaxColId: number;
}
