import { NOTHING_FOUND } from '../../documents/find-policies.ts';
import { type JsonNode, memberOf, toValue } from '../../documents/json-node.ts';
import type { DocumentKind, PolicySource, Remark } from '../../documents/policy-source.ts';
import { readPolicies } from '../../documents/read-policies.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import { KitError } from '../../model/errors.ts';
import { shellWord } from '../../model/shell.ts';
import { documentPlace } from './place.ts';
import type { SourceFile } from './types.ts';
import { type Unread, untold } from './untold.ts';

/** A policy of a file: what it is, as far as its elements say, and what is in it, unless something of it is an expression. */
export interface WrittenPolicy {
  readonly path: string;
  readonly kind: DocumentKind;
  readonly policy: { readonly state: 'read'; readonly value: NamedPolicy } | Unread;
  readonly root: JsonNode;
}

/**
 * The policies in a file, as lint takes them: JSON with comments, YAML, Markdown, mail, Terraform.
 *
 * @returns nothing for a text that has none
 * @throws KitError `input` for one that cannot be read to its end, with the place
 */
export function policiesIn(file: SourceFile): readonly WrittenPolicy[] {
  const sources = readPolicies(file.text, { path: file.path });
  const found = sources.flatMap((source) => (memberOf(source.root, 'Statement') === undefined ? [] : [source]));
  if (found.length === 0 && sources.every(({ remarks }) => remarks.every(({ detail }) => detail === NOTHING_FOUND)))
    return [];
  for (const source of sources) refuseBroken(source);
  return found.flatMap((source, index) => {
    const name = found.length === 1 ? file.path : `${file.path} (${index + 1} of ${found.length})`;
    return source.root === undefined ? [] : [written(source, source.root, name)];
  });
}

function written(source: PolicySource, root: JsonNode, name: string): WrittenPolicy {
  const { path, kind, remarks } = source;
  const open = remarks.find(({ code }) => code === 'not-understood');
  if (open !== undefined) {
    const tell = untold(`${placeText(source, open)}: ${open.detail}`, 'unknown');
    return { path, kind, root, policy: tell(`the policy in ${name}`, ACTIONS[kind]) };
  }
  return {
    path,
    kind,
    root,
    policy: { state: 'read', value: { name, document: toValue(root), place: documentPlace(source, root) } },
  };
}

const ACTIONS: Readonly<Record<DocumentKind, string>> = {
  identity: 'iam:GetPolicyVersion',
  trust: 'iam:GetRole',
  bucket: 's3:GetBucketPolicy',
};

/** A document of which only a part was read must not be judged by that part. */
function refuseBroken(source: PolicySource): void {
  const broken = source.remarks.find(({ code }) => code === 'syntax-error' || code === 'input-limit');
  if (broken === undefined) return;
  throw new KitError('input', `${placeText(source, broken)}: ${broken.detail}`, {
    hint: `See everything that is wrong with it: channelmix-s3 lint ${shellWord(source.path)}`,
  });
}

function placeText({ path, locate }: PolicySource, { start }: Remark): string {
  const { line, column } = locate(start);
  return `${path}:${line}:${column}`;
}
