// What the page was told, against what the stored bytes say: each case changes one field, as a service would that lies.
import { beforeAll, describe, expect, it } from 'vitest';
import { contradictions } from '../../../../examples/approvals/page/path-contradictions.js';
import { keyOf, readStored } from '../../../../examples/approvals/page/stored-order.js';
import { changed, leavesOf } from './every-field.js';
import { NUMBER, type PathAndOrder, pathOfOrder, WRITTEN } from './path-of-order.js';

let told: PathAndOrder;
beforeAll(async () => {
  told = await pathOfOrder(3, 2);
});

/** Not of this revision, or the same for all: who may do what, and which ledger it is. */
const NOT_COMPARED =
  /^(order\.(currency|tampered)|verification\.(ledgerId|database|origin|index|checkedAgainst\.txId|[a-zA-Z]*))$/;
/** Of the verification, what the badge shows of the revision. */
const OF_BADGE = ['key', 'revision', 'txId', 'alh', 'committedAt', 'checkedAgainst.alh'].map(
  (name) => `verification.${name}`,
);

describe('what the stored bytes say', () => {
  it('is read from them: who, why, and the order to the letter', () => {
    const { order, text, ...about } = readStored(told.path.storedValue!);
    expect(about).toEqual({ revision: '1', ...WRITTEN });
    expect(order).toMatchObject({ number: NUMBER, supplier: 'Büsch', lines: [{ quantity: 3 }, {}] });
    expect(JSON.parse(text)).toEqual({ json: order });
    expect(told.path.entry.key).toBe(keyOf(NUMBER));
  });

  it('agrees with what was told truly', () => {
    expect(contradictions(told.path, '1', told.detail)).toEqual([]);
  });

  it('contradicts every single field that is told otherwise', () => {
    const fields = leavesOf(told.detail).filter(
      (name) => !NOT_COMPARED.test(name) || OF_BADGE.includes(name),
    );
    expect(fields).toEqual(expect.arrayContaining(['order.supplier', 'order.lines.1.total', ...OF_BADGE]));
    // A path that ends at a later state than the badge names says nothing of that one.
    const path = { ...told.path, trusted: told.detail.verification.checkedAgainst };
    const unnoticed = fields.filter(
      (name) => contradictions(path, '1', changed(told.detail, name)).length === 0,
    );
    expect(unnoticed).toEqual([]);
  });

  it('names what is told otherwise', () => {
    const { path, detail } = told;
    expect(contradictions(path, '1', changed(detail, 'order.supplier'))).toEqual([
      'the supplier displayed is not what the stored bytes say',
    ]);
    expect(contradictions(path, '1', changed(detail, 'order.total'))).toEqual([
      'the total displayed is not what the stored bytes say',
    ]);
    const { note: _, ...order } = detail.order;
    expect(contradictions(path, '1', { ...detail, order })).toEqual([
      'the note displayed is not what the stored bytes say',
    ]);
  });

  it('must be of the order and of the revision that were asked for', () => {
    const { path, detail } = told;
    const other = {
      ...detail,
      order: { ...detail.order, revision: '2' },
      verification: { ...detail.verification, revision: '2' },
    };
    expect(contradictions(path, '2', other).join()).toContain('another revision');
    expect(contradictions({ ...path, revision: '2' }, '2', other)).toEqual([
      'the path belongs to another revision',
    ]);
    const key = keyOf('PO-000001');
    expect(
      contradictions({ ...path, entry: { ...path.entry, key } }, '1', {
        order: { ...detail.order, number: 'PO-000001' },
        verification: { ...detail.verification, key },
        actions: [],
      }),
    ).toContain('the stored bytes are those of another order');
  });

  it('cannot be anything else than a purchase order', () => {
    const { path, detail } = told;
    const hex = path.storedValue!;
    for (const storedValue of [
      '',
      '00',
      '0001',
      'zz',
      `01${hex.slice(2)}`,
      hex.slice(0, -2),
      `${hex}00`,
      hex.replace('7b226a', '7b236a'),
    ])
      expect(contradictions({ ...path, storedValue }, '1', detail).join(), storedValue).toContain(
        'cannot be read as a purchase order',
      );
  });

  it('is nothing for what was deleted, which then is not to be displayed', () => {
    const { path, detail } = told;
    const lengthAt =
      2 *
      (path.storedValue!.length / 2 -
        new TextEncoder().encode(readStored(path.storedValue!).text).length -
        4);
    const storedValue = `${path.storedValue!.slice(0, lengthAt)}00000000`;
    expect(readStored(storedValue)).toEqual({ revision: '1', ...WRITTEN, text: '', order: undefined });
    expect(contradictions({ ...path, storedValue }, '1', detail)).toEqual([
      'the order was deleted, and is displayed all the same',
    ]);
  });
});
