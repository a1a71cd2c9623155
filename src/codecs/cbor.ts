// `immurepo/cbor`: records in CBOR.

export { cbor } from '../codec/cbor.js';
