import { describe, expect, it } from 'vitest';
import { homeDirectory } from './home-directory.ts';

const linux = (env: Record<string, string>) => homeDirectory({ platform: 'linux', env, userHome: '/home/ann' });

describe('the home directory', () => {
  it('is what COLDFRAME_HOME says', () => {
    expect(linux({ COLDFRAME_HOME: '/srv/coldframe' })).toBe('/srv/coldframe');
  });

  it('follows the XDG specification on Linux, ignoring a relative folder', () => {
    expect(linux({})).toBe('/home/ann/.local/share/coldframe');
    expect(linux({ XDG_DATA_HOME: '/data/ann' })).toBe('/data/ann/coldframe');
    expect(linux({ XDG_DATA_HOME: 'data' })).toBe('/home/ann/.local/share/coldframe');
  });

  it('is in Application Support on macOS and in the local application data on Windows', () => {
    expect(homeDirectory({ platform: 'darwin', env: {}, userHome: '/Users/ann' })).toBe(
      '/Users/ann/Library/Application Support/Coldframe',
    );
    expect(homeDirectory({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\U\\ann\\L' }, userHome: 'C:\\U\\ann' })).toBe(
      'C:\\U\\ann\\L\\Coldframe',
    );
  });
});
