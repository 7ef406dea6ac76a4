import type { CorpusAccount } from './account.ts';
import { CHANGES } from './changes.ts';
import { EXCESS } from './excess.ts';
import { GOOD } from './good.ts';
import { HYGIENE } from './hygiene.ts';
import { NEEDS } from './needs.ts';
import { OTHERS } from './others.ts';

/** Every account. */
export const CORPUS: readonly CorpusAccount[] = [...GOOD, ...NEEDS, ...EXCESS, ...OTHERS, ...HYGIENE, ...CHANGES];
