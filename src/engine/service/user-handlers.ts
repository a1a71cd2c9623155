// Users and their rights, on the wire. What may be done by whom is the accounts' affair.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { PermissionAction, type User as UserMessage } from '../../wire/immudb/schema/user.js';
import type { User } from '../access/user.js';
import { refused } from '../service-failure.js';
import { type EngineHandler, engineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';

const { methods } = ImmuServiceDefinition;

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Everything about users. */
export function userHandlers({ accounts }: EngineParts): readonly EngineHandler[] {
  return [
    engineHandler(methods.listUsers, (context) => {
      const { user, database } = context.caller();
      return { users: accounts.list(user, database).map(userMessage) };
    }),
    engineHandler(methods.createUser, async (context, { user: name, password, permission, database }) => {
      const { user } = context.caller();
      await accounts.create(user, { name: textOf(name), password, permission, database });
      return {};
    }),
    engineHandler(methods.changePassword, async (context, { user: name, oldPassword, newPassword }) => {
      const { user } = context.caller();
      await accounts.changePassword(user, textOf(name), { old: oldPassword, new: newPassword });
      return {};
    }),
    engineHandler(methods.setActiveUser, async (context, { username, active }) => {
      // Before it is asked who is calling.
      if (username === '') throw refused('username can not be empty');
      await accounts.setActive(context.caller().user, username, active);
      return {};
    }),
    engineHandler(methods.changePermission, async (context, { action, username, database, permission }) => {
      const change = { userName: username, database, permission, granted: isGrant(action) };
      await accounts.changePermission(context.caller().user, change);
      return {};
    }),
    engineHandler(
      methods.changeSQLPrivileges,
      async (context, { action, username, database, privileges }) => {
        const change = { userName: username, database, privileges, granted: isGrant(action) };
        await accounts.changePrivileges(context.caller().user, change);
        return {};
      },
    ),
  ];
}

/** `undefined` for an action that is neither: proto3 lets any number through. */
function isGrant(action: PermissionAction): boolean | undefined {
  const known: Readonly<Record<number, boolean | undefined>> = {
    [PermissionAction.GRANT]: true,
    [PermissionAction.REVOKE]: false,
  };
  return known[action];
}

function userMessage(user: User): UserMessage {
  // immudb's way to say "all databases".
  const grants = user.administrator ? [{ database: '*', permission: 255 }] : user.grants;
  return {
    user: new TextEncoder().encode(user.name),
    permissions: grants.map(({ database, permission }) => ({ database, permission })),
    createdby: user.createdBy,
    createdat: goTime(user.createdAt),
    active: user.active,
    sqlPrivileges: user.privileges.map(({ database, privilege }) => ({ database, privilege })),
  };
}

/** A moment as Go writes it: `2024-05-01 12:00:00 +0000 UTC`. @param seconds since 1970 */
function goTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) return `${seconds} s since 1970`;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}
