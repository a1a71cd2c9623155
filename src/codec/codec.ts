// What a payload codec is. Format 1 stores which one wrote each record, so codecs may be mixed and never change.

/** The stored properties of one entity, by stored name. */
export type PlainRecord = Readonly<Record<string, unknown>>;

/**
 * Turns stored properties into bytes and back.
 *
 * What an implementation must guarantee: equal values give equal bytes, for ever; `decode(encode(x))` equals `x` or
 * `encode` throws; `decode` takes any bytes, and gives something or throws. `codecConformance` looks for what is amiss.
 *
 * An application's own codec is guarded: it is handed a copy that holds only what every codec stores, what it writes is
 * read back and compared, and what it throws is told as `VALUE_REFUSED` or `UNREADABLE_RECORD`.
 */
export interface Codec {
  /** The number stored in each record: 1 to 0x7fff belong to immurepo, 0x8000 to 0xffff are an application's own. */
  readonly id: number;
  /** The name shown in errors. */
  readonly name: string;
  /**
   * @param plain the properties to store; not changed and not kept
   * @param subject what is being stored, for errors: a class name. Default `value`
   * @returns the payload, of at least one byte and at most 4 MiB
   * @throws ImmuError `VALUE_REFUSED` naming the property that cannot be stored, `VALUE_TOO_LARGE`
   */
  encode(plain: PlainRecord, subject?: string): Uint8Array;
  /**
   * @param bytes a payload, from anyone
   * @returns a new object that nobody else holds
   * @throws ImmuError `UNREADABLE_RECORD`
   */
  decode(bytes: Uint8Array): Record<string, unknown>;
}
