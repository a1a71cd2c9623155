// Screenshots small enough to be checked in: the same picture with a palette of at most 256 colours.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;
const COLOURS = 256;
const BYTES = 3;
/** Squared, over all channels. */
const SAME = 60;

/** A picture as rows of red, green and blue. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Uint8Array[];
}

/** Writes a PNG anew, smaller. @param png of 8 bits per channel without transparency, as Chromium writes it */
export function smallPng(png: Buffer): Buffer {
  const picture = pictureOf(png);
  const colours = mostFrequent(picture);
  const nearest = new Map<number, number>();
  const indexed = Buffer.alloc(picture.height * (picture.width + 1));
  for (const [y, row] of picture.rows.entries())
    for (let x = 0; x < picture.width; x++) {
      const colour = colourAt(row, x);
      const index = nearest.get(colour) ?? indexOfNearest(colours, colour);
      nearest.set(colour, index);
      indexed[y * (picture.width + 1) + 1 + x] = index;
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width);
  header.writeUInt32BE(picture.height, 4);
  header.set([8, 3], 8);
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(indexed, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function pictureOf(png: Buffer): Picture {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || png[25] !== 2)
    throw new RangeError('This PNG is not of the kind that Chromium writes.');
  return { width, height, rows: unfiltered(inflateSync(Buffer.concat(parts)), width * BYTES) };
}

/** Undoes the filters of PNG, row by row. */
function unfiltered(data: Buffer, length: number): Uint8Array[] {
  const rows: Uint8Array[] = [];
  let above = new Uint8Array(length);
  for (let at = 0; at < data.length; at += length + 1) {
    const row = new Uint8Array(data.subarray(at + 1, at + 1 + length));
    for (let i = 0; i < length; i++) {
      const [left, up, corner] = [row[i - BYTES] ?? 0, above[i]!, above[i - BYTES] ?? 0];
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][data[at]!]!;
      row[i] = row[i]! + predicted;
    }
    rows.push(row);
    above = row;
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The colours of the palette: frequent ones first. */
function mostFrequent({ rows, width }: Picture): number[] {
  const counts = new Map<number, number>();
  for (const row of rows)
    for (let x = 0; x < width; x++) {
      const colour = colourAt(row, x);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  // Shades that nobody tells apart share a place, so that rare colours have one.
  const chosen: number[] = [];
  for (const colour of sorted) {
    if (chosen.length === COLOURS) break;
    if (chosen.every((one) => distance(one, colour) > SAME)) chosen.push(colour);
  }
  return chosen;
}

function colourAt(row: Uint8Array, x: number): number {
  return (row[x * BYTES]! << 16) | (row[x * BYTES + 1]! << 8) | row[x * BYTES + 2]!;
}

function indexOfNearest(colours: readonly number[], colour: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [i, one] of colours.entries()) {
    const far = distance(one, colour);
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

function distance(a: number, b: number): number {
  const [red, green, blue] = [
    (a >> 16) - (b >> 16),
    ((a >> 8) & 255) - ((b >> 8) & 255),
    (a & 255) - (b & 255),
  ];
  return red * red + green * green + blue * blue;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
