import { describe, expect, it } from 'vitest';
import { cacheDirectory, homeDirectory } from './home-directory.ts';

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

describe('the folder for what can be made again', () => {
  const on = (platform: NodeJS.Platform, env: Record<string, string>, userHome: string) =>
    cacheDirectory({ platform, env, userHome });

  it('is where each system expects it', () => {
    expect(on('linux', {}, '/home/ann')).toBe('/home/ann/.cache/coldframe');
    expect(on('linux', { XDG_CACHE_HOME: '/cache' }, '/home/ann')).toBe('/cache/coldframe');
    expect(on('linux', { XDG_CACHE_HOME: 'cache' }, '/home/ann')).toBe('/home/ann/.cache/coldframe');
    expect(on('darwin', {}, '/Users/ann')).toBe('/Users/ann/Library/Caches/Coldframe');
    expect(on('win32', {}, 'C:\\U\\ann')).toBe('C:\\U\\ann\\AppData\\Local\\Coldframe\\Cache');
  });
});
