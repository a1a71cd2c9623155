// What must and must not compile: where a ledger is, what is a class, and who an actor is.
import type { Ledger } from 'immurepo';
import {
  getLedgerToken,
  ImmurepoModule,
  type ImmurepoModuleOptions,
  InjectRepository,
  type LedgerHealthReport,
  provideProvenance,
} from 'immurepo/nest';
import { expect, expectTypeOf, it } from 'vitest';

it('a ledger is in a folder or on a server, and is named beside its factory', () => {
  expectTypeOf<{ path: string }>().toExtend<ImmurepoModuleOptions>();
  expectTypeOf<{ url: string; name: string; retry: false }>().toExtend<ImmurepoModuleOptions>();
  expectTypeOf<{ path: string; url: string }>().not.toExtend<ImmurepoModuleOptions>();
  expectTypeOf<{ path: string; retry: true }>().not.toExtend<ImmurepoModuleOptions>();
  const modules = [
    // @ts-expect-error: an embedded ledger has no queue of calls
    ImmurepoModule.forRoot({ path: './ledger', maxQueuedCalls: 3 }),
    // @ts-expect-error: there is no such option
    ImmurepoModule.forRootAsync({ useFactory: () => ({ path: './ledger' }), useValue: {} }),
    // @ts-expect-error: a factory makes an object
    ImmurepoModule.forRootAsync({ useFactory: () => './ledger' }),
  ];
  expect(modules).toHaveLength(3);
});

it('classes are given, and not their names', () => {
  // @ts-expect-error: that is the name of a class
  expect(() => ImmurepoModule.forFeature(['Order'])).toThrow(TypeError);
  // @ts-expect-error: that is the name of a class
  expect(() => InjectRepository('Order')).toThrow(TypeError);
  expectTypeOf(getLedgerToken()).toEqualTypeOf<symbol | typeof Ledger>();
});

it('an actor is a text, of a request as the application knows it', () => {
  const providers = [
    provideProvenance({ actor: (request: { user?: { id: string } }) => request.user?.id }),
    // @ts-expect-error: an actor is a text
    provideProvenance({ actor: () => 7 }),
    // @ts-expect-error: nothing is known of the request
    provideProvenance({ actor: ({ user }) => String(user) }),
  ];
  expect(providers).toHaveLength(3);
  expectTypeOf<LedgerHealthReport['status']>().toEqualTypeOf<'up' | 'down' | 'tampered'>();
});
