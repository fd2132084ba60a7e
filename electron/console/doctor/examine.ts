import type { OutputOf } from '../../../shared/contract/contract.ts';
import { VERSION } from '../version.ts';

export const examine = async (home: string): Promise<OutputOf<'doctor'>> => ({
  version: VERSION,
  platform: `${process.platform} ${process.arch}`,
  home,
  checks: [],
});
