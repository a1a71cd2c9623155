// How amounts, times, numbers and hashes are written for people.
import type { Status } from './types.js';

/** The words and the icon of each status. Never told by colour alone. */
export const STATUS: Readonly<Record<Status, { readonly label: string; readonly icon: string }>> = {
  draft: { label: 'Draft', icon: 'pencil' },
  submitted: { label: 'Submitted', icon: 'hourglass' },
  approved: { label: 'Approved', icon: 'thumb' },
  rejected: { label: 'Rejected', icon: 'cross' },
  paid: { label: 'Paid', icon: 'coin' },
};

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `1234.5` → `1,234.50`: exact, as text, since amounts are not floating point. @param amount decimal text */
export function amount(amount: string): string {
  const [, sign = '', whole = '0', cents = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  return `${sign}${grouped(whole)}.${cents.padEnd(2, '0')}`;
}

/** An amount with its currency. @param total decimal text @param currency its code */
export function money(total: string, currency: string): string {
  return `${currency === 'EUR' ? '€' : `${currency} `}${amount(total)}`;
}

/** `1204` → `1,204`. @param whole digits */
export function grouped(whole: string | number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `transaction 1,204`. @param txId decimal text */
export function transaction(txId: string): string {
  return `transaction ${grouped(txId)}`;
}

/** The first and last characters of a hash, enough to tell two apart at a glance. @param hash hexadecimal */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 8)}…${hash.slice(-4)}`;
}

/** A day. @param iso a time */
export function day(iso: string): string {
  return DAY.format(new Date(iso));
}

/** A day and a time to the second, which is what the ledger keeps. @param iso a time */
export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

/** What a `datetime-local` field holds for a time. @param iso a time */
export function toLocalInput(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** `1 hash`, `2 hashes`. @param n how many @param one the word for one @param many the word for several */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** Ada Park → AP. @param name a person's */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 2)
    .toUpperCase();
}
