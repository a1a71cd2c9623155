// How long requests took, and which of them failed, by kind.

export interface KindReport {
  readonly kind: string;
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export class Tally {
  readonly #times = new Map<string, number[]>();
  readonly #failures = new Map<string, number>();
  #interrupted = 0;

  answered(kind: string, ms: number): void {
    const times = this.#times.get(kind) ?? [];
    times.push(ms);
    this.#times.set(kind, times);
  }

  /** Something that should not happen. */
  failed(what: string): void {
    this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1);
  }

  /** No answer came while the service was down. */
  interrupted(): void {
    this.#interrupted++;
  }

  get interruptions(): number {
    return this.#interrupted;
  }

  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#failures);
  }

  /** Times in milliseconds. */
  report(seconds: number): KindReport[] {
    const kinds = [...this.#times].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = kinds.flatMap(([, times]) => times);
    return [...kinds, ['all', all] as const].map(([kind, times]) => reportOf(kind, times, seconds));
  }
}

function reportOf(kind: string, times: readonly number[], seconds: number): KindReport {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return {
    kind,
    requests: sorted.length,
    perSecond: rounded(sorted.length / seconds),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
