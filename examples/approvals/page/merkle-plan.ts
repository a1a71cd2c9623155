// Where everything in the picture of a Merkle path stands. Numbers only, so that it can be tested without a document.
import type { PathLevel, PathNode, PathStage } from './path-nodes.js';

/** Where a hash stands on its level. */
export type Side = 'middle' | 'left' | 'right';

/** A hash with its place: `x` is its middle, `y` its upper edge. */
export interface Placed {
  readonly node: PathNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Which level of the path, from 0 at the bottom. */
  readonly level: number;
  readonly side: Side;
}

/** All of the picture. */
export interface Plan {
  readonly isNarrow: boolean;
  readonly width: number;
  readonly height: number;
  readonly stages: readonly { readonly title: string; readonly y: number; readonly height: number }[];
  /** From the bottom up; the hash of the path before its sibling. */
  readonly nodes: readonly Placed[];
  readonly lines: readonly { readonly d: string; readonly kind: 'path' | 'given' }[];
  readonly joins: readonly { readonly x: number; readonly y: number }[];
  readonly notes: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

/** From level to level. */
const PITCH = 60;
/** A hash with a label, and one without. */
const [TALL, LOW] = [40, 26];
/** Within a stage above and below what it holds, and between stages. */
const [STAGE_HEAD, STAGE_FOOT, STAGE_GAP] = [44, 16, 26];

/** Widths: of all, of a hash of the path, of a sibling, and from the one to the other's middle. */
const WIDE = { width: 720, own: 196, beside: 176, apart: 236 };
const NARROW = { width: 360, own: 138, beside: 98, apart: 125 };

/** Places everything. @param stages from the bottom up @param isNarrow for a narrow screen */
export function placed(stages: readonly PathStage[], isNarrow: boolean): Plan {
  return new Planned(stages, isNarrow);
}

class Planned implements Plan {
  readonly width: number;
  readonly height: number;
  readonly stages: Plan['stages'][number][] = [];
  readonly nodes: Placed[] = [];
  readonly lines: Plan['lines'][number][] = [];
  readonly joins: Plan['joins'][number][] = [];
  readonly notes: Plan['notes'][number][] = [];
  readonly #sizes: typeof WIDE;
  /** The level below, and its middle. */
  #below: { readonly level: PathLevel; readonly middle: number } | undefined;

  constructor(
    stages: readonly PathStage[],
    readonly isNarrow: boolean,
  ) {
    this.#sizes = isNarrow ? NARROW : WIDE;
    this.width = this.#sizes.width;
    this.height = stages.reduce((sum, stage) => sum + heightOf(stage) + STAGE_GAP, 2 - STAGE_GAP);
    let floor = this.height - 1;
    let first = 0;
    for (const stage of stages) {
      this.#stage(stage, floor, first);
      floor -= heightOf(stage) + STAGE_GAP;
      first += stage.levels.length;
    }
  }

  get #x(): number {
    return this.width / 2;
  }

  #stage(stage: PathStage, floor: number, first: number): void {
    const height = heightOf(stage);
    this.stages.push({ title: stage.title, y: floor - height, height });
    for (const [i, level] of stage.levels.entries()) {
      const middle = floor - STAGE_FOOT - TALL / 2 - i * PITCH;
      const { node, sibling } = level;
      this.#place(node, middle, first + i, 'middle');
      if (this.#below !== undefined) this.#connect(this.#below, middle + boxOf(node) / 2, i === 0);
      if (sibling !== undefined) this.#place(sibling, middle, first + i, sibling.side);
      this.#below = { level, middle };
    }
  }

  #place(node: PathNode, middle: number, level: number, side: Side): void {
    const height = boxOf(node);
    const width = side === 'middle' ? this.#sizes.own : this.#sizes.beside;
    this.nodes.push({ node, x: this.#at(side), y: middle - height / 2, width, height, level, side });
  }

  #at(side: Side): number {
    if (side === 'middle') return this.#x;
    return side === 'left' ? this.#x - this.#sizes.apart : this.#x + this.#sizes.apart;
  }

  /** The line upwards, and where a sibling joins it. @param end the lower edge of the hash above */
  #connect(
    { level: { node, sibling, via }, middle }: { level: PathLevel; middle: number },
    end: number,
    toNextStage: boolean,
  ): void {
    const x = this.#x;
    this.lines.push({ d: `M${x} ${middle - boxOf(node) / 2} V${end}`, kind: 'path' });
    const join = (middle - TALL / 2 + end) / 2;
    if (sibling !== undefined) {
      const at = this.#at(sibling.side);
      const bend = at < x ? 8 : -8;
      const d = `M${at} ${middle - TALL / 2} V${join + 8} Q${at} ${join} ${at + bend} ${join} H${x}`;
      this.lines.push({ d, kind: 'given' });
      this.joins.push({ x, y: join });
    }
    const below = toNextStage ? middle - boxOf(node) / 2 - STAGE_HEAD + 24 : join + 4;
    // A narrow picture has no room beside the line.
    if (via !== undefined && !this.isNarrow) this.notes.push({ x: x + 12, y: below, text: via });
  }
}

function heightOf({ levels }: PathStage): number {
  return STAGE_HEAD + (levels.length - 1) * PITCH + TALL + STAGE_FOOT;
}

function boxOf({ label }: PathNode): number {
  return label === '' ? LOW : TALL;
}

/** Which hash an arrow key leads to. @param nodes of the plan @param from where it is pressed @param key its name */
export function hashAt(nodes: readonly Placed[], from: number, key: string): number | undefined {
  const at = nodes[from];
  if (at === undefined) return undefined;
  const find = (level: number, side: Side) => {
    const found = nodes.findIndex((one) => one.level === level && one.side === side);
    return found === -1 ? undefined : found;
  };
  if (key === 'ArrowUp') return find(at.level + 1, 'middle');
  if (key === 'ArrowDown') return find(at.level - 1, 'middle');
  if (key === 'Home') return 0;
  if (key === 'End') return find(nodes[nodes.length - 1]?.level ?? 0, 'middle');
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  const towards = key === 'ArrowLeft' ? 'left' : 'right';
  if (at.side === 'middle') return find(at.level, towards);
  return at.side === towards ? undefined : find(at.level, 'middle');
}
