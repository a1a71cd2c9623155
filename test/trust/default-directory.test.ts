import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultTrustDirectory } from '../../src/trust/default-directory.js';
import { FileTrustStore } from '../../src/trust/file-store.js';

describe('the default trust directory', () => {
  const home = '/home/ada';

  it.each([
    [{}, '/home/ada/.local/state/immurepo'],
    [{ XDG_STATE_HOME: '/state' }, '/state/immurepo'],
    [{ XDG_STATE_HOME: 'not/absolute' }, '/home/ada/.local/state/immurepo'],
    [{ XDG_STATE_HOME: '' }, '/home/ada/.local/state/immurepo'],
    [{ LOCALAPPDATA: '/windows/only' }, '/home/ada/.local/state/immurepo'],
    [{ IMMUREPO_TRUST_DIR: '/chosen', XDG_STATE_HOME: '/state' }, '/chosen'],
    [{ IMMUREPO_TRUST_DIR: 'chosen' }, resolve('chosen')],
    [{ IMMUREPO_TRUST_DIR: '' }, '/home/ada/.local/state/immurepo'],
  ])('with %j is %s', (env, expected) => {
    expect(defaultTrustDirectory({ env, platform: 'linux', home })).toBe(expected);
  });

  it.each([
    [{ LOCALAPPDATA: '/Users/ada/AppData/Local' }, '/Users/ada/AppData/Local/immurepo'],
    [{ XDG_STATE_HOME: '/state' }, join(home, 'AppData', 'Local', 'immurepo')],
  ])('on Windows with %j is %s', (env, expected) => {
    expect(defaultTrustDirectory({ env, platform: 'win32', home })).toBe(expected);
  });

  it('is that of this process and this user unless told otherwise', () => {
    expect(defaultTrustDirectory({ env: {}, platform: 'linux' })).toBe(
      join(homedir(), '.local/state/immurepo'),
    );
    expect(new FileTrustStore().directory).toBe(defaultTrustDirectory());
  });
});
