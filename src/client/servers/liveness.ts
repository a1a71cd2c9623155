// Whether the other end of a connection is still there. A connection whose other end is gone without a word (a cable, a
// firewall that forgot it) looks like one that is silent: whoever waits would wait for as long as he may, every time.
// The gRPC way to find out, pings, is what servers written in Go hang up on (more than one in five minutes, unasked).

/** How a connection is watched. */
export interface LivenessOptions {
  /** How long it may be silent while calls wait for it, and then again while it is asked, in milliseconds. */
  readonly silenceMs: number;
  /** Asks the server something that it answers at once, whatever it is doing. Resolves to whether it said anything. */
  readonly ask: (deadlineMs: number) => Promise<boolean>;
  /** Called where it did not, and nothing else came in either. */
  readonly onDead: () => void;
}

/** Watches one connection, while there are calls on it that wait, or that got no answer. */
export class Liveness {
  readonly #options: LivenessOptions;
  #underWay = 0;
  /** Since when nothing was heard although something was to be; undefined while nothing is owed. */
  #silentSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #ended = false;

  /** @param options how to find out, and what to do then */
  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** A call waits for the server from now on. */
  began(): void {
    this.#underWay++;
    this.#silentSince ??= performance.now();
    this.#watch();
  }

  /** Something came from the server. */
  heard(): void {
    this.#silentSince = this.#underWay > 0 ? performance.now() : undefined;
  }

  /** A call waits no longer. @param answered whether because something came */
  finished(answered: boolean): void {
    this.#underWay--;
    // One that gave up leaves the silence as it is, and is owed an answer still: the next is not to begin from nothing.
    if (answered) this.heard();
  }

  /** Watches no longer. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#asking || this.#ended || this.#silentSince === undefined) return;
    const leftMs = this.#silentSince + this.#options.silenceMs - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#look();
      },
      Math.max(0, leftMs),
    ).unref();
  }

  #look(): void {
    const { silenceMs } = this.#options;
    const since = this.#silentSince;
    if (since === undefined) return;
    if (performance.now() - since < silenceMs) this.#watch();
    else void this.#ask(since);
  }

  async #ask(since: number): Promise<void> {
    this.#asking = true;
    const answered = await this.#options.ask(this.#options.silenceMs);
    // After a pause of this very process its timers come before what has arrived meanwhile: that is read first.
    await new Promise((resolve) => setImmediate(resolve));
    this.#asking = false;
    if (this.#ended) return;
    if (answered) this.heard();
    if (!answered && this.#silentSince === since) this.#options.onDead();
    else if (this.#underWay > 0) this.#watch();
  }
}
