// What must neither compile nor run, in both kinds of decorators (misuse.test.ts). Each @ts-expect-error is the type
// test, each function the run-time test: it defines a class and asks for its schema.
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';

const symbolName = Symbol('secret');

export const MISUSE: Readonly<Record<string, () => unknown>> = {
  'no @Entity': () => {
    class Account {
      @Id() id!: string;
    }
    return schemaOf(Account);
  },
  'a subclass without its own @Entity': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
    }
    class Savings extends Account {
      @Property() rate!: number;
    }
    return schemaOf(Savings);
  },
  'an undecorated subclass': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
    }
    class Savings extends Account {}
    return schemaOf(Savings);
  },
  'no class at all': () => schemaOf(undefined as never),
  'no @Id': () => {
    @Entity({ name: 'account' })
    class Account {
      @Property() email!: string;
    }
    return schemaOf(Account);
  },
  'on a method': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a method is not stored
      @Property() close(): void {
        this.id = '';
      }
    }
    return schemaOf(Account);
  },
  'on a getter': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a getter is not stored
      @Property() get total(): number {
        return this.id.length;
      }
    }
    return schemaOf(Account);
  },
  'an id on a static member': () => {
    @Entity({ name: 'account' })
    class Account {
      // @ts-expect-error a static member belongs to no instance
      @Id() static id: string;
    }
    return schemaOf(Account);
  },
  'a property on a static member': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a static member belongs to no instance
      @Property() static count: number;
    }
    return schemaOf(Account);
  },
  'on a class': () => {
    // @ts-expect-error a class is no field
    @Property()
    class Account {}
    return schemaOf(Account);
  },
  'an entity on a field': () => {
    class Account {
      // @ts-expect-error a field is no class
      @Entity({ name: 'account' }) id!: string;
    }
    return schemaOf(Account);
  },
  'a name that reaches into prototypes': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      @Property() ['__proto__']!: string;
    }
    return schemaOf(Account);
  },
  'a stored name that reaches into prototypes': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      @Property({ name: 'constructor' }) maker!: string;
    }
    return schemaOf(Account);
  },
  'two decorators on one field': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() @Property() id!: string;
    }
    return schemaOf(Account);
  },
  'two fields of one stored name': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      @Property() email!: string;
      @Property({ name: 'email' }) mail!: string;
    }
    return schemaOf(Account);
  },
  'several at once': () => {
    @Entity({ name: 'account' })
    class Account {
      @Property({ name: 'a' }) first!: string;
      @Property({ name: 'a' }) second!: string;
    }
    return schemaOf(Account);
  },
  'an unknown generator': () => {
    @Entity({ name: 'account' })
    class Account {
      // @ts-expect-error not among the generators
      @Id({ generate: 'serial' }) id!: string;
    }
    return schemaOf(Account);
  },
  'no options': () => {
    // @ts-expect-error an entity needs a name
    @Entity()
    class Account {}
    return Account;
  },
  'an entity without parentheses': () => {
    // @ts-expect-error the options are missing
    @Entity
    class Account {}
    return Account;
  },
  'an id without parentheses': () => {
    class Account {
      // @ts-expect-error the parentheses are missing
      @Id id!: string;
    }
    return Account;
  },
  'a property without parentheses': () => {
    class Account {
      // @ts-expect-error the parentheses are missing
      @Property id!: string;
    }
    return Account;
  },
  'a name with capitals': () => {
    @Entity({ name: 'Account' })
    class Account {}
    return Account;
  },
  'no name': () => {
    // @ts-expect-error the name is missing
    @Entity({})
    class Account {}
    return Account;
  },
  'version 0': () => {
    @Entity({ name: 'account', version: 0 })
    class Account {}
    return Account;
  },
  'two entities of one name': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
    }
    @Entity({ name: 'account' })
    class Konto {
      @Id() id!: string;
    }
    return entitySchemas([Account, Konto]);
  },
  'an entity the ledger was not opened with': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
    }
    return entitySchemas([]).of(Account);
  },
};

/** Apart from the others: legacy decorators take a symbol in their types no more than in their names. */
export const namedBySymbol = (): unknown => {
  @Entity({ name: 'account' })
  class Account {
    @Id() id!: string;
    declare other: string;
    [symbolName]!: string;
  }
  // As a compiler calls a legacy decorator.
  Property()(Account.prototype, symbolName as never);
  return schemaOf(Account);
};
