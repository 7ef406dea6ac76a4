import { type ActionFacts, isReading } from '../../operations/catalogue.ts';
import { riskOf } from './s3-excess.ts';

const VERBS: readonly { readonly verb: string; readonly is: (facts: ActionFacts) => boolean }[] = [
  { verb: 'read files', is: ({ name }) => /^GetObject(Version)?(Torrent)?$/.test(name) },
  { verb: 'write files', is: ({ name }) => name === 'PutObject' || name === 'ReplicateObject' },
  { verb: 'delete files', is: ({ name }) => name === 'DeleteObject' || name === 'DeleteObjectVersion' },
  { verb: 'change permissions', is: (facts) => riskOf(facts) === 'permissions' },
  { verb: 'list names', is: ({ name }) => name === 'ListBucket' || name === 'ListBucketVersions' },
];

/** What actions of S3 are good for: `read files, delete files and list names`; settings where there is nothing else. */
export function verbsOf(all: readonly ActionFacts[]): string {
  const found = VERBS.filter(({ is }) => all.some(is)).map(({ verb }) => verb);
  if (found.length === 0) {
    return all.every(isReading) ? 'read settings' : 'change settings';
  }
  const last = found.at(-1) ?? '';
  return found.length === 1 ? last : `${found.slice(0, -1).join(', ')} and ${last}`;
}

/** The actions in the order of the verbs. */
export function worstFirst(all: readonly ActionFacts[]): readonly ActionFacts[] {
  const rank = (facts: ActionFacts): number => {
    const found = VERBS.findIndex(({ is }) => is(facts));
    return found < 0 ? VERBS.length : found;
  };
  return [...all].sort((a, b) => rank(a) - rank(b));
}
