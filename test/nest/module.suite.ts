// What is injected where: repositories and ledgers, by decorator and by class, of one ledger and of several.
import { Inject, Injectable, Module } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import { Entity, Id, Ledger, Property, Repository } from 'immurepo';
import {
  getLedgerToken,
  getRepositoryToken,
  ImmurepoModule,
  type ImmurepoLedgerOptions,
  type ImmurepoOptionsFactory,
  InjectLedger,
  InjectRepository,
} from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { memoryLedger } from 'immurepo/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { builder, type Parts, temporaryPath } from './served.js';
import { Order, Orders } from './shop.js';

const start = async (parts: Parts): Promise<TestingModule> => {
  const app = await builder(parts).compile();
  onTestFinished(() => app.close());
  return app.init();
};
const failure = (parts: Parts) =>
  builder(parts)
    .compile()
    .then(
      () => 'it started',
      (error: unknown) => String(error),
    );

@Injectable()
class Shop {
  constructor(
    @InjectRepository(Order) readonly plain: Repository<Order>,
    @InjectRepository(Orders) readonly custom: Orders,
    @Inject(Orders) readonly byClass: Orders,
    @Inject(Ledger) readonly ledger: Ledger,
    @InjectLedger() readonly same: Ledger,
  ) {}
}
@Module({
  imports: [ImmurepoModule.forFeature([Order, Orders, Order])],
  providers: [Shop],
  exports: [Shop, ImmurepoModule],
})
class ShopModule {}

let path: string;
beforeEach(async () => {
  path = await temporaryPath();
});

describe('the default ledger', () => {
  it('is opened with what modules name, and its repositories are injected by decorator and by class', async () => {
    const app = await start({ imports: [ImmurepoModule.forRoot({ path }), ShopModule] });
    const { plain, custom, byClass, ledger, same } = app.get(Shop);
    expect(plain).toBe(ledger.repository(Order));
    expect(custom).toBe(ledger.repository(Orders));
    expect(byClass).toBe(custom);
    expect(same).toBe(ledger);
    await custom.place('1', 5n);
    expect((await plain.findOrFail('1')).total).toBe(5n);
    expect(plain).not.toBe(custom);
  });

  it('is closed with the application, and open until then', async () => {
    const app = await start({ imports: [ImmurepoModule.forRoot({ path, entities: [Order] })] });
    const ledger = app.get(Ledger);
    expect(ledger.client.closed).toBe(false);
    await app.close();
    expect(ledger.client.closed).toBe(true);
    // The folder is free again, and holds what there was.
    const again = await start({ imports: [ImmurepoModule.forRoot({ path, entities: [Order] })] });
    expect(again.get(Ledger)).not.toBe(ledger);
  });

  it('reaches modules of modules, and is the same for all', async () => {
    @Injectable()
    class Deep {
      constructor(@InjectRepository(Order) readonly orders: Repository<Order>) {}
    }
    @Module({ imports: [ImmurepoModule.forFeature([Order])], providers: [Deep], exports: [Deep] })
    class Inner {}
    @Module({ imports: [Inner, ShopModule] })
    class Middle {}
    @Module({ imports: [Middle] })
    class Outer {}
    const app = await start({ imports: [Outer, ImmurepoTestingModule.forRoot()] });
    expect(app.get(Deep).orders).toBe(app.get(Shop).plain);
  });

  it('hands repositories on to modules that import the one that names them', async () => {
    @Injectable()
    class Second {
      constructor(@Inject(Orders) readonly orders: Orders) {}
    }
    @Module({ imports: [ShopModule], providers: [Second] })
    class SecondModule {}
    const app = await start({ imports: [ImmurepoTestingModule.forRoot(), SecondModule] });
    expect(app.get(Second).orders).toBe(app.get(Shop).custom);
  });

  it('is only what its own application names', async () => {
    @Entity({ name: 'other' })
    class Other {
      @Id() id!: string;
    }
    const [one, two] = [
      await start({ imports: [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Order])] }),
      await start({ imports: [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Other])] }),
    ];
    expect(() => one.get(Ledger).repository(Other)).toThrow('Other is not among the entities');
    expect(() => two.get(Ledger).repository(Order)).toThrow('Order is not among the entities');
  });
});

describe('several ledgers', () => {
  it('may hold the same class, each with repositories of its own', async () => {
    @Injectable()
    class Both {
      constructor(
        @InjectRepository(Order) readonly now: Repository<Order>,
        @InjectRepository(Order, 'archive') readonly then: Repository<Order>,
        @InjectRepository(Orders, 'archive') readonly archived: Orders,
        @InjectLedger('archive') readonly archive: Ledger,
      ) {}
    }
    const app = await start({
      imports: [
        ImmurepoModule.forRoot({ path }),
        ImmurepoTestingModule.forRoot({ name: 'archive' }),
        ImmurepoModule.forFeature([Order]),
        ImmurepoModule.forFeature([Order, Orders], 'archive'),
      ],
      providers: [Both],
    });
    const { now, then, archived, archive } = app.get(Both);
    expect(archive).toBe(app.get(getLedgerToken('archive')));
    expect(archive).not.toBe(app.get(Ledger));
    expect(archived).toBe(archive.repository(Orders));
    await archived.place('1');
    expect(await then.find('1')).toBeDefined();
    expect(await now.find('1')).toBeUndefined();
    await app.close();
    expect([archive.client.closed, app.get(Ledger).client.closed]).toEqual([true, true]);
  });

  it('tell classes of one name apart, also where Nest compares modules by their text', async () => {
    const named = (name: string) => {
      @Entity({ name })
      class Item {
        @Id() id!: string;
        @Property() of = name;
      }
      return Item;
    };
    const [One, Two] = [named('one'), named('two')];
    expect(getRepositoryToken(One)).not.toBe(getRepositoryToken(Two));
    const parts = {
      imports: [
        ImmurepoTestingModule.forRoot(),
        ImmurepoModule.forFeature([One]),
        ImmurepoModule.forFeature([Two]),
      ],
    };
    const { Test } = await import('@nestjs/testing');
    const app = await Test.createTestingModule(parts, { moduleIdGeneratorAlgorithm: 'deep-hash' }).compile();
    onTestFinished(() => app.close());
    for (const [token, item] of [
      [getRepositoryToken(One), One],
      [getRepositoryToken(Two), Two],
    ] as const) {
      const repository = app.get<Repository<{ id: string; of: string }>>(token);
      await repository.insert(repository.create({ id: '1', of: 'x' }));
      expect(await repository.findOrFail('1')).toBeInstanceOf(item);
    }
  });
});

describe('tokens', () => {
  it('are one for each class and ledger, and never a text', () => {
    expect(getRepositoryToken(Order)).toBe(getRepositoryToken(Order, 'default'));
    expect(getRepositoryToken(Order, 'archive')).toBe(getRepositoryToken(Order, 'archive'));
    expect(getLedgerToken()).toBe(Ledger);
    expect(getLedgerToken('default')).toBe(Ledger);
    expect(getRepositoryToken(Orders)).toBe(Orders);
    const tokens = [
      ...[undefined, 'archive', 'Order'].flatMap((ledger) => [
        getRepositoryToken(Order, ledger),
        getRepositoryToken(Orders, ledger),
        getLedgerToken(ledger),
      ]),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.map((token) => typeof token)).not.toContain('string');
  });

  it('are not made of what is no class or no name', () => {
    expect(() => getRepositoryToken(undefined as never)).toThrow(/move the class to a module of its own/);
    expect(() => InjectRepository('Order' as never)).toThrow(TypeError);
    expect(() => getLedgerToken('')).toThrow(/Leave it out for the default ledger/);
    expect(() => ImmurepoModule.forFeature([undefined as never])).toThrow(TypeError);
    expect(() => ImmurepoModule.forFeature(Order as never)).toThrow(/forFeature\(\[Order\]\)/);
    class Nameless extends Repository<Order> {}
    expect(() => ImmurepoModule.forFeature([Nameless])).toThrow(/add `static readonly entity = …;`/);
  });

  it('let a test put something else in place of a repository or a ledger', async () => {
    const stand = { find: () => 'a stand-in' };
    const app = await builder({ imports: [ImmurepoTestingModule.forRoot(), ShopModule] })
      .overrideProvider(getRepositoryToken(Order))
      .useValue(stand)
      .compile();
    onTestFinished(() => app.close());
    expect(app.get(Shop).plain).toBe(stand);
    expect(app.get(Shop).custom).toBeInstanceOf(Orders);

    const mine = await memoryLedger({ entities: [Order] });
    onTestFinished(() => mine.close());
    const other = await builder({ imports: [ImmurepoModule.forRoot({ path }), ShopModule] })
      .overrideProvider(getLedgerToken())
      .useValue(mine)
      .compile();
    expect(other.get(Shop).plain).toBe(mine.repository(Order));
    await other.close();
    // Whoever opened it closes it.
    expect(mine.client.closed).toBe(false);
  });

  it('let a test put a ledger in memory in the place of the module that opens one', async () => {
    const real = ImmurepoModule.forRoot({ url: 'immudb://nowhere.invalid' });
    const app = await builder({ imports: [real, ShopModule] })
      .overrideModule(real as never)
      .useModule(ImmurepoTestingModule.forRoot() as never)
      .compile();
    onTestFinished(() => app.close());
    expect(await app.get(Shop).custom.place('1')).toBeInstanceOf(Order);
  });
});

describe('forRootAsync', () => {
  class Config {
    readonly path = path;
  }
  @Module({ providers: [Config], exports: [Config] })
  class ConfigModule {}
  @Injectable()
  class Options implements ImmurepoOptionsFactory {
    constructor(@Inject(Config) private readonly config: Config) {}
    createImmurepoOptions(): Promise<ImmurepoLedgerOptions> {
      return Promise.resolve({ path: this.config.path, requireActor: true });
    }
  }
  @Module({ imports: [ConfigModule], providers: [Options], exports: [Options] })
  class OptionsModule {}

  it.each([
    [
      'useFactory',
      {
        imports: [ConfigModule],
        inject: [Config],
        useFactory: (config: Config) => ({ path: config.path, requireActor: true }),
      },
    ],
    ['useClass', { imports: [ConfigModule], useClass: Options }],
    ['useExisting', { imports: [OptionsModule], useExisting: Options }],
  ])('takes options by %s', async (_, options) => {
    const app = await start({ imports: [ImmurepoModule.forRootAsync(options), ShopModule] });
    await expect(app.get(Shop).custom.place('1')).rejects.toMatchObject({ code: 'ACTOR_REQUIRED' });
    await app.get(Ledger).as({ actor: 'ada' }, () => app.get(Shop).custom.place('1'));
  });

  it('has a name of its own, and wants exactly one way', async () => {
    const app = await start({
      imports: [ImmurepoModule.forRootAsync({ name: 'archive', useFactory: () => ({ path }) })],
    });
    expect(app.get(getLedgerToken('archive'))).toBeInstanceOf(Ledger);
    expect(() => ImmurepoModule.forRootAsync({})).toThrow(
      /exactly one of useFactory, useClass and useExisting/,
    );
    expect(() =>
      ImmurepoModule.forRootAsync({ useFactory: () => ({ path }), useExisting: 'options' }),
    ).toThrow(TypeError);
    const factory = (made: unknown) => ({
      imports: [ImmurepoModule.forRootAsync({ useFactory: () => made as { path: string } })],
    });
    expect(await failure(factory(undefined))).toContain('must be an object with a path or a url');
    expect(await failure(factory({ path, name: 'archive' }))).toContain('is given to forRootAsync itself');
  });
});

describe('what is forgotten is named, with what to do', () => {
  it.each([
    ['the repository', undefined, [ImmurepoTestingModule.forRoot()], 'ImmurepoModule.forFeature([Order])'],
    ['the ledger', undefined, [ImmurepoModule.forFeature([Order])], 'ImmurepoModule.forRoot(…)'],
    [
      'the other ledger',
      'archive',
      [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Order], 'archive')],
      "ImmurepoModule.forRoot({ name: 'archive', … })",
    ],
  ])('%s', async (_, name, imports, remedy) => {
    @Injectable()
    class Needy {
      constructor(@InjectRepository(Order, name) readonly orders: Repository<Order>) {}
    }
    expect(await failure({ imports, providers: [Needy] })).toContain(remedy);
  });

  it('a class that is no entity', async () => {
    class Plain {}
    const imports = [ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Plain])];
    expect(await failure({ imports })).toContain("put @Entity({ name: '…' }) on the class");
  });

  it('where the ledger is', async () => {
    // Types let it through: all options of a server have defaults.
    const imports = [ImmurepoModule.forRoot({})];
    expect(await failure({ imports })).toContain('say where the ledger is: path, or url');
  });

  it('that each ledger is opened once', async () => {
    const twice = [ImmurepoTestingModule.forRoot(), ImmurepoTestingModule.forRoot()];
    expect(await failure({ imports: twice })).toContain('call forRoot once');
    const named = [1, 2].map(() => ImmurepoTestingModule.forRoot({ name: 'archive' }));
    expect(await failure({ imports: named })).toContain('are named "archive"');
  });
});
