// How large an honest answer can be. Checked before any loop or allocation that would follow a claimed size.

/** The largest transaction id: ids are signed 64-bit integers in the server. */
export const MAX_TX_ID = 0x7fff_ffff_ffff_ffffn;

/** The most terms a path may have: one per bit of a transaction id. */
export const MAX_PATH_TERMS = 64;

/** The most terms a linear proof may have. Servers since 1.4 need two, as their trees cover all but the last. */
export const MAX_LINEAR_TERMS = 64;

/** The most transactions a header's tree may lag behind it, where that is accepted at all: what a linear proof bridges. */
export const MAX_LINEAR_ADVANCE = MAX_LINEAR_TERMS - 2;

/** The most entries of one transaction that are looked at. Servers allow 1,024 unless configured otherwise. */
export const MAX_TX_ENTRIES = 1 << 20;

/** The most bytes a signature may have. ECDSA over P-256 in DER takes 72 at most. */
export const MAX_SIGNATURE_BYTES = 128;
