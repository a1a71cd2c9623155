// What must neither compile nor run of indexes and namespaces, in both kinds of decorators (misuse.test.ts): as misuse.ts.
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { Index } from '../../../src/entity/index-decorator.js';

export const INDEX_MISUSE: Readonly<Record<string, () => unknown>> = {
  'an index on a method': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a method has no value
      @Index() close(): void {
        this.id = '';
      }
    }
    return schemaOf(Account);
  },
  'an index on a static field': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a static member belongs to no instance
      @Index() static count: number;
    }
    return schemaOf(Account);
  },
  'an index on a static getter': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error a static member belongs to no instance
      @Index() static get count(): number {
        return Date.now();
      }
    }
    return schemaOf(Account);
  },
  'an index on a class that does not say of what': () => {
    // @ts-expect-error on is missing
    @Index()
    class Account {}
    return Account;
  },
  'an index on a class on nothing': () => {
    // @ts-expect-error at least one
    @Index({ name: 'by-owner', on: [] })
    class Account {}
    return Account;
  },
  'an index on a class without a name': () => {
    // @ts-expect-error the name is missing
    @Index({ on: ['owner'] })
    class Account {
      @Property() owner!: string;
    }
    return Account;
  },
  'an index of several on a field': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error that is for the class
      @Index({ name: 'by-email', on: ['email', 'id'] }) email!: string;
    }
    return schemaOf(Account);
  },
  'an index without parentheses': () => {
    class Account {
      // @ts-expect-error the parentheses are missing
      @Index email!: string;
    }
    return Account;
  },
  'an index without parentheses on a class': () => {
    // @ts-expect-error the options are missing
    @Index
    class Account {}
    return Account;
  },
  'an index on what does not exist': () => {
    @Entity({ name: 'account' })
    // @ts-expect-error there is no such property
    @Index({ name: 'by-owner', on: ['ownr', 'id'] })
    class Account {
      @Id() id!: string;
      @Property() owner!: string;
    }
    return schemaOf(Account);
  },
  'an index on a field that is not stored': () => {
    @Entity({ name: 'account' })
    @Index({ name: 'by-owner', on: ['owner'] })
    class Account {
      @Id() id!: string;
      owner?: string;
    }
    return schemaOf(Account);
  },
  'an index on what is no data': () => {
    @Entity({ name: 'account' })
    // @ts-expect-error methods are none; of a setter, types cannot tell
    @Index({ name: 'by-all', on: ['close', '__proto__', 'toString', 'balance'] })
    class Account {
      @Id() id!: string;
      close(): void {
        this.id = '';
      }
      set balance(value: bigint) {
        this.id = String(value);
      }
    }
    return schemaOf(Account);
  },
  'an index on one property twice': () => {
    @Entity({ name: 'account' })
    @Index({ name: 'by-owner', on: ['owner', 'id', 'owner'] })
    class Account {
      @Id() id!: string;
      @Property() owner!: string;
    }
    return schemaOf(Account);
  },
  'two indexes of one name': () => {
    @Entity({ name: 'account' })
    @Index({ name: 'email', on: ['email', 'id'] })
    class Account {
      @Id() id!: string;
      @Index() @Index({ unique: true }) email!: string;
    }
    return schemaOf(Account);
  },
  'an index of the name of an inherited one, on something else': () => {
    class Base {
      @Index({ name: 'mail' }) email!: string;
    }
    @Entity({ name: 'account' })
    class Account extends Base {
      @Id() id!: string;
      @Index() mail!: string;
    }
    return schemaOf(Account);
  },
  'an index with capitals': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      @Index({ name: 'Email' }) email!: string;
    }
    return schemaOf(Account);
  },
  'an index named after a property whose name is none': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      @Index() größe!: number;
    }
    return schemaOf(Account);
  },
  'a reserved name': () => {
    @Entity({ name: 'account' })
    @Index({ name: 'writes', on: ['writes', 'id'] })
    class Account {
      @Id() id!: string;
      @Index() writes!: number;
    }
    return schemaOf(Account);
  },
  'unique in words': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
      // @ts-expect-error unique is a boolean
      @Index({ unique: 'yes' }) email!: string;
    }
    return schemaOf(Account);
  },
  'unique in words, on a class': () => {
    // @ts-expect-error unique is a boolean
    @Index({ name: 'by-email', on: ['email'], unique: 'yes' })
    class Account {
      @Property() email!: string;
    }
    return Account;
  },
  'a bad namespace': () => {
    @Entity({ name: 'account' })
    class Account {
      @Id() id!: string;
    }
    return schemaOf(Account, { namespace: 'Tenant 1' });
  },
  'a bad namespace of no entities': () => entitySchemas([], { namespace: 'Tenant 1' }),
};
