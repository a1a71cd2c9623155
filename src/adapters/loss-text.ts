// How a loss is told: where, and what helps.

import { pathStep } from '../codec/path-step.js';
import type { Loss } from './losses.js';

/** A path as code has it: `.lines[2].price`. */
export function placeOf(path: readonly string[]): string {
  return path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : pathStep(step))).join('');
}

/** What to do about it, after a colon and without its end. */
export function remedyFor({ what, became }: Pick<Loss, 'what' | 'became'>): string {
  switch (what) {
    case 'a Uint8Array':
    case 'a Buffer':
      return 'declare a Buffer with @Type(() => Buffer)';
    case 'a Set':
    case 'a Map':
    case 'a URL':
    case 'a RegExp':
      return `turn it into ${what === 'a Set' || what === 'a Map' ? 'an array' : 'a text'} and back with @Transform`;
    default:
      return became.startsWith('a') && /^an? [A-Z]/.test(what)
        ? `put @Type(() => ${what.replace(/^an? /, '')}) on it, with a discriminator where it may be one of several classes`
        : 'leave it out with @Exclude, or change it with @Transform';
  }
}
