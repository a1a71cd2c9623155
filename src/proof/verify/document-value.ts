// What a document can hold: what JSON can.

/** A value in a document. Numbers are doubles. */
export type DocumentValue = null | boolean | number | string | readonly DocumentValue[] | DocumentObject;

/** A document, or an object in one. */
export interface DocumentObject {
  readonly [field: string]: DocumentValue;
}
