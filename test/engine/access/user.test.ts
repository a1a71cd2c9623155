import { describe, expect, it } from 'vitest';
import { defaultPrivileges, isPermission, permits } from '../../../src/engine/access/permission.js';
import {
  administers,
  administersAny,
  isUserName,
  mayUse,
  permissionOn,
  privilegesFor,
  type User,
  withPermission,
  withPrivileges,
} from '../../../src/engine/access/user.js';

const password = { cost: 2, salt: '', hash: '' };
const user = (permission: number, administrator = false): User => ({
  name: 'u',
  administrator,
  password,
  grants: [{ database: 'db', permission }],
  privileges: privilegesFor('db', permission),
  active: true,
  createdBy: '',
  createdAt: 0,
});

describe('permissions', () => {
  it.each([
    [1, [true, false, false]],
    [2, [true, true, false]],
    [254, [true, true, true]],
    [255, [true, true, true]],
    [0, [false, false, false]],
    [3, [false, false, false]],
  ])('%i allows to read, write and administer: %j', (permission, allowed) => {
    expect((['read', 'write', 'administer'] as const).map((access) => permits(permission, access))).toEqual(
      allowed,
    );
  });

  it('knows four of them', () => {
    expect([0, 1, 2, 3, 253, 254, 255, 256, -1, 1.5].filter(isPermission)).toEqual([1, 2, 254, 255]);
  });

  it('count on their database only, except for the administrator', () => {
    expect([permissionOn(user(2), 'db'), permissionOn(user(2), 'other')]).toEqual([2, 0]);
    expect(permissionOn(user(1, true), 'other')).toBe(255);
    expect([administers(user(254), 'db'), administers(user(254), 'other')]).toEqual([true, false]);
    expect([administersAny(user(254)), administersAny(user(2)), administersAny(user(2, true))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('let a database be selected by readers, writers and its administrator; as in 1.11.1 not by a grant of 255', () => {
    expect([0, 1, 2, 254, 255].map((permission) => mayUse(user(permission), 'db'))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(mayUse(user(1), 'other')).toBe(false);
  });
});

describe('changing rights', () => {
  it('replaces the permission on one database, and the privileges on all by its own', () => {
    const changed = withPermission(user(2), { database: 'other', permission: 1 }, true);
    expect(changed.grants).toEqual([
      { database: 'db', permission: 2 },
      { database: 'other', permission: 1 },
    ]);
    expect(changed.privileges).toEqual([{ database: 'other', privilege: 'SELECT' }]);
    expect(withPermission(changed, { database: 'db', permission: 254 }, true).grants).toEqual([
      { database: 'other', permission: 1 },
      { database: 'db', permission: 254 },
    ]);
  });

  it('takes a permission', () => {
    expect(withPermission(user(2), { database: 'db', permission: 2 }, false).grants).toEqual([]);
  });

  it('adds privileges once and takes those named', () => {
    const more = withPrivileges(user(1), 'db', ['INSERT', 'INSERT', 'SELECT'], true);
    expect(more.privileges.map(({ privilege }) => privilege)).toEqual(['SELECT', 'INSERT']);
    const fewer = withPrivileges(more, 'db', ['SELECT'], false);
    expect(fewer.privileges).toEqual([{ database: 'db', privilege: 'INSERT' }]);
    expect(withPrivileges(more, 'other', ['SELECT'], false).privileges).toEqual(more.privileges);
  });

  it('leaves what it was given alone', () => {
    const before = user(1);
    const copy = structuredClone(before);
    withPermission(before, { database: 'db', permission: 2 }, true);
    withPrivileges(before, 'db', ['DROP'], true);
    expect(before).toEqual(copy);
  });

  it('gives readers one privilege, writers all, others none', () => {
    expect([1, 2, 0].map((permission) => defaultPrivileges(permission).length)).toEqual([1, 7, 0]);
  });
});

it('takes names of 1 to 63 letters, digits and underscores', () => {
  expect(['a', 'A_9', 'x'.repeat(63)].every(isUserName)).toBe(true);
  expect(['', 'a-b', 'ä', 'a b', 'x'.repeat(64), 'a\n'].some(isUserName)).toBe(false);
});
