// Actor, reason and correlation id of a request, said to the ledgers around everything its handler does.

import { randomUUID } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { map, Observable } from 'rxjs';
import { contextIfAny } from '../../repository/ledger-context.js';
import type { Provenance, ProvenanceScope } from '../../repository/provenance.js';
import { ApplicationLedgers } from '../application-ledgers.js';
import { correlationIdOf, headersOf, isHeaderText, reasonOf } from './header-texts.js';
import { lateWork, type Within } from './late-work.js';
import type { ProvenanceOptions } from './options.js';
import { soundText } from './sound-text.js';

/**
 * Runs handlers as inside of `ledger.as(…)`, and apart from any such work that the server was started in. Made by
 * {@link provideProvenance}.
 */
@Injectable()
export class ProvenanceInterceptor implements NestInterceptor, OnModuleInit {
  readonly #options: ProvenanceOptions;
  readonly #all: ApplicationLedgers;
  readonly #host: HttpAdapterHost;

  /** Use {@link provideProvenance}. */
  constructor(options: ProvenanceOptions, ledgers: ApplicationLedgers, host: HttpAdapterHost) {
    this.#options = options;
    this.#all = ledgers;
    this.#host = host;
  }

  /** Looks its ledgers up. @throws TypeError for a name that none has */
  onModuleInit(): void {
    this.#scopes();
  }

  /** Runs the handler, and what it returns, in the name of whoever asks. @throws BadRequestException for unsound texts */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scopes = this.#scopes();
    const provenance = this.#provenanceOf(context);
    const within: Within = (work) =>
      scopes.reduceRight((inner, scope) => () => scope.runApart(provenance, inner), work)();
    // Handlers run when they are subscribed to, and operators where their source was.
    return new Observable((subscriber) =>
      within(() =>
        next
          .handle()
          .pipe(map((value) => lateWork(value, within)))
          .subscribe(subscriber),
      ),
    );
  }

  #scopes(): readonly ProvenanceScope[] {
    const { ledgers } = this.#options;
    const chosen = ledgers === undefined ? this.#all.all : ledgers.map((name) => this.#all.of(name).ledger);
    // A test may have put something else in the place of one.
    return chosen.flatMap((ledger) => contextIfAny(ledger)?.provenance ?? []);
  }

  #provenanceOf(context: ExecutionContext): Provenance {
    const isHttp = context.getType() === 'http';
    const request: unknown = isHttp ? context.switchToHttp().getRequest() : context.getArgByIndex(0);
    const headers = isHttp ? headersOf(request) : {};
    const { actor, reason, correlationId } = this.#options;
    const id = correlationId === undefined ? correlationIdOf(headers) : correlationId(request, context);
    const courseOfEvents = soundText('correlationId', id) ?? randomUUID();
    // Before anything else can be refused: who is refused may ask why, by this id.
    if (isHttp) this.#sendBack(context.switchToHttp().getResponse<object>(), courseOfEvents);
    return {
      correlationId: courseOfEvents,
      actor: soundText('actor', actor?.(request, context)),
      reason: soundText('reason', reason === undefined ? reasonOf(headers) : reason(request, context)),
    };
  }

  #sendBack(response: object, id: string): void {
    this.#host.httpAdapter.setHeader(
      response,
      'x-request-id',
      isHeaderText(id) ? id : encodeURIComponent(id),
    );
  }
}

/**
 * Says of every request who is asking, why, and in which course of events: what its handler saves, across awaits,
 * Observables, async generators and streams it returns, is stored with it, and can never be erased. Nothing is taken over
 * from a `ledger.as` that the server was started in. Texts that cannot be stored, or hold control characters, are answered
 * with 400, and nothing is done.
 *
 * Not reached is what feeds a returned stream or Observable from outside: another stream that is piped into it, a web
 * stream, and whatever is emitted elsewhere (a `Subject`, a bus of events, a shared Observable): its operators run in the
 * name of whoever emits. Surround such writes with `ledger.as` by yourself.
 *
 * @param options how the `actor` is found; where reason and correlation id come from, if not from their headers
 * @returns a provider of any module, for the whole application
 * @example
 * @Module({ providers: [provideProvenance({ actor: (request: { user?: { id: string } }) => request.user?.id })] })
 * class AppModule {}
 */
export function provideProvenance<Request = unknown>(options: ProvenanceOptions<Request> = {}): Provider {
  return {
    provide: APP_INTERCEPTOR,
    useFactory: (ledgers: ApplicationLedgers, host: HttpAdapterHost) =>
      // The application says what its requests are.
      new ProvenanceInterceptor(options as ProvenanceOptions, ledgers, host),
    inject: [ApplicationLedgers, HttpAdapterHost],
  };
}
