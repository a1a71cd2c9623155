// A circuit: what is known of one server being away. A short absence is waited for by the calls themselves; in a longer
// one they are refused at once, but for one at a time that finds out whether the server is back.

import { ImmuError } from '../../errors.js';
import { printable } from '../printable.js';
import { GrpcStatus, RpcFailure } from '../transport.js';

/** When calls are refused because a server is away. */
export interface CircuitOptions {
  /** How many calls in a row must have failed to reach the server, 1 to 1,000,000. Default 5. */
  readonly failures?: number;
  /** How long it must have been away by then, in milliseconds: shorter absences are waited for. Default 5,000. */
  readonly afterMs?: number;
  /**
   * The pause before the first call that tries again, in milliseconds, 1 to 60,000. Each further pause is twice as long,
   * up to 8 times this; of each, half is left to chance. Default 1,000.
   */
  readonly pauseMs?: number;
}

/** The same, with every default filled in. */
export type CircuitSettings = Required<CircuitOptions>;

/** How a call through a circuit ended: what it says of the server being there. */
export type Reached = 'yes' | 'no' | 'unclear';

const LONGEST_PAUSE = 8;

/** A call that was not sent because the server is away. */
export class CircuitOpenFailure extends RpcFailure {
  /** When the server was first not reached. */
  readonly since: Date;
  /** When it is tried again, in milliseconds from now. */
  readonly retryInMs: number;

  /** @param reason how it was not reached last, as the transport said */
  constructor(since: Date, retryInMs: number, reason: string) {
    const next =
      retryInMs > 0 ? `is tried again in ${Math.ceil(retryInMs)} ms` : 'is being tried by another call';
    const last = /Last error: (?:Error(?: \[\w+\])?: )?(.*?)(?: \(\d{4}-[^)]*\))?\. Resolution note:/s.exec(
      reason,
    );
    super(
      GrpcStatus.UNAVAILABLE,
      `away since ${since.toISOString()} (${printable(last?.[1] ?? reason, 200)}), it ${next}, and until then calls fail at once`,
      { sent: false },
    );
    this.since = since;
    this.retryInMs = retryInMs;
  }
}

/** Told when a circuit opens and closes. */
export interface CircuitListener {
  unreachable(error: ImmuError): void;
  reachable(afterMs: number): void;
}

/** How the server has been away. */
interface Absence {
  readonly since: Date;
  readonly beganAt: number;
  failures: number;
  /** How often it was tried in vain since calls are refused; undefined while they are not. */
  probes: number | undefined;
  retryAt: number;
  probing: boolean;
  reason: string;
}

/** The circuit of one server, for all calls to it. */
export class Circuit {
  readonly #settings: CircuitSettings;
  readonly #listener: CircuitListener;
  #absence: Absence | undefined;

  readonly #address: string;

  /**
   * @param address the server's, for the event
   * @param listener told when calls begin to be refused, and when they are no longer
   */
  constructor(address: string, settings: CircuitSettings, listener: CircuitListener) {
    this.#address = address;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Whether a call would be refused now. */
  get isOpen(): boolean {
    const absence = this.#absence;
    if (absence?.probes === undefined) return false;
    return absence.probing || performance.now() < absence.retryAt;
  }

  /**
   * Lets a call through.
   *
   * @returns to be called when it has ended
   * @throws CircuitOpenFailure while the server is away and another call tries it, or none yet
   */
  enter(): (reached: Reached, reason?: string) => void {
    const absence = this.#absence;
    if (absence?.probes === undefined) return this.#ended;
    if (this.isOpen) throw this.#refusal(absence);
    absence.probing = true;
    return (reached, reason) => {
      absence.probing = false;
      if (reached !== 'unclear') this.#ended(reached, reason);
      if (reached === 'no' && absence === this.#absence) this.#pause(absence, (absence.probes ?? 0) + 1);
    };
  }

  readonly #ended = (reached: Reached, reason = ''): void => {
    if (reached === 'yes') this.#close();
    else if (reached === 'no') this.#failed(reason);
  };

  #close(): void {
    const absence = this.#absence;
    this.#absence = undefined;
    if (absence?.probes !== undefined) this.#listener.reachable(performance.now() - absence.beganAt);
  }

  #failed(reason: string): void {
    const now = performance.now();
    const absence = (this.#absence ??= {
      since: new Date(),
      beganAt: now,
      failures: 0,
      probes: undefined,
      retryAt: 0,
      probing: false,
      reason,
    });
    absence.failures++;
    absence.reason = reason;
    const { failures, afterMs } = this.#settings;
    if (absence.probes !== undefined || absence.failures < failures || now - absence.beganAt < afterMs)
      return;
    this.#pause(absence, 0);
    const { message } = this.#refusal(absence);
    const details = { address: this.#address, circuit: { since: absence.since }, failures: absence.failures };
    const text = `immudb at ${this.#address} is ${message}.`;
    this.#listener.unreachable(new ImmuError('UNREACHABLE', text, { retryable: true, details }));
  }

  #pause(absence: Absence, probes: number): void {
    const bound = this.#settings.pauseMs * Math.min(LONGEST_PAUSE, 2 ** Math.min(probes, 16));
    absence.probes = probes;
    absence.retryAt = performance.now() + bound * (0.5 + Math.random() / 2);
  }

  #refusal({ since, retryAt, probing, reason }: Absence): CircuitOpenFailure {
    return new CircuitOpenFailure(since, probing ? 0 : Math.max(0, retryAt - performance.now()), reason);
  }
}
