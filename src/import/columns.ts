// Which property a column of a file is: by its own name, unless the import says otherwise.

import { ImmuError } from '../errors.js';

/** Property by column; empty for a column to be left out. */
export type ColumnMap = Readonly<Record<string, string>>;

/** The columns of files for one entity. */
export class Columns {
  readonly #className: string;
  readonly #properties: readonly string[];
  readonly #map: ReadonlyMap<string, string>;

  /**
   * @param className whose properties they are, for errors
   * @param properties all that can be set
   * @throws TypeError for a map to what is no property, or of two columns to one
   */
  constructor(className: string, properties: readonly string[], map: ColumnMap) {
    this.#className = className;
    this.#properties = properties;
    this.#map = new Map(Object.entries(map));
    const targets = [...this.#map.values()].filter((property) => property !== '');
    for (const [position, property] of targets.entries()) {
      if (!properties.includes(property)) throw new TypeError(this.#noProperty([property]));
      if (targets.indexOf(property) !== position)
        throw new TypeError(`Two columns cannot both be ${className}.${property}: leave one of them out.`);
    }
  }

  /** The property of a column; undefined for one to be left out. */
  propertyOf(column: string): string | undefined {
    const property = this.#map.get(column) ?? column;
    return property === '' ? undefined : property;
  }

  /**
   * What is wrong with the columns of a row that names each.
   *
   * @returns a sentence; undefined if nothing is
   */
  problemOf(columns: readonly string[]): string | undefined {
    const named = columns.map((column) => this.propertyOf(column));
    const unknown = named.filter(
      (property) => property !== undefined && !this.#properties.includes(property),
    );
    if (unknown.length > 0) return this.#noProperty(unknown as string[]);
    const doubled = named.filter(
      (property, position) => property !== undefined && named.indexOf(property) !== position,
    );
    return doubled.length === 0
      ? undefined
      : `${quoted(doubled as string[])} ${doubled.length === 1 ? 'is' : 'are'} there twice: leave one column out, by a map to nothing.`;
  }

  /**
   * The properties of a header's columns.
   *
   * @throws ImmuError INVALID_ARGUMENT for columns that are no properties, that are there twice, or are mapped and missing
   */
  ofHeader(header: readonly string[]): readonly (string | undefined)[] {
    const twice = header.filter((column, position) => header.indexOf(column) !== position);
    if (twice.length > 0)
      throw wrongHeader(
        `it names ${quoted(twice)} more than once: give each column a name of its own in the file, which a map can leave out.`,
        header,
      );
    const missing = [...this.#map.keys()].filter((column) => !header.includes(column));
    if (missing.length > 0)
      throw wrongHeader(`it has no ${quoted(missing)}, which the map speaks of.`, header);
    const problem = this.problemOf(header);
    if (problem !== undefined) throw wrongHeader(problem, header);
    return header.map((column) => this.propertyOf(column));
  }

  #noProperty(names: readonly string[]): string {
    return (
      `${quoted(names)} ${names.length === 1 ? 'is no property' : 'are no properties'} of ${this.#className}, which has ` +
      `${this.#properties.join(', ')}. Map the column to one of them, or to nothing to leave it out.`
    );
  }
}

function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => JSON.stringify(name)).join(', ');
}

function wrongHeader(problem: string, header: readonly string[]): ImmuError {
  return new ImmuError('INVALID_ARGUMENT', `The header, line 1, cannot be used: ${problem}`, {
    details: { header },
  });
}
