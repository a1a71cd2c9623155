// What a payload codec is. Format 1 stores which one wrote each record, so codecs may be mixed and never change.

/** The stored properties of one entity, by stored name. */
export type PlainRecord = Readonly<Record<string, unknown>>;

/**
 * Turns stored properties into bytes and back.
 *
 * What an implementation must guarantee: equal values give equal bytes, for ever; `decode(encode(x))` equals `x` or
 * `encode` throws; `decode` survives any bytes, throwing nothing but an `ImmuError`.
 */
export interface Codec {
  /** The number stored in each record: 1 to 0x7fff belong to immurepo, 0x8000 to 0xffff are private. */
  readonly id: number;
  /** The name shown in errors. */
  readonly name: string;
  /**
   * @param plain the properties to store; not changed and not kept
   * @param subject what is being stored, for errors: a class name. Default `value`
   * @returns the payload
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
