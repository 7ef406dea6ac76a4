import { itemsOf, type JsonNode, memberValue, type ObjectNode, toValue } from '../../documents/json-node.ts';
import { bracketRegion, skipTrivia } from '../../documents/json-scan.ts';
import { lineIndex } from '../../documents/line-index.ts';
import { readJson } from '../../documents/read-json.ts';
import type { NamedPolicy, Pieces } from '../../model/access-documents.ts';
import { KitError } from '../../model/errors.ts';
import type { JsonValue } from '../../model/policy.ts';
import { brokenAt, cutOff, startOfJson } from './json-text.ts';
import { documentPlace, type Located, placeOf } from './place.ts';
import type { SourceFile } from './types.ts';
import { toPieces, type Unread, untold } from './untold.ts';

const HINT = 'Write it anew: aws iam get-account-authorization-details > account.json';

/** The lists of an answer. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;

type ListName = (typeof LISTS)[number];

/** A user, group, role or policy as it stands in the file. */
export interface Entry {
  readonly node: ObjectNode;
  readonly at: Located;
}

/** The account that an answer is of, without reading all of it; empty where it has nothing. */
export function accountOfDetails(text: string): string {
  return /"Arn"\s*:\s*"arn:[a-z-]+:iam::(\d{12}):/.exec(text)?.[1] ?? '';
}

/** All pages of one account. */
export interface Details {
  readonly path: string;
  readonly lists: Readonly<Record<ListName, readonly Entry[]>>;
  /** Why something that is not in the lists may be there all the same; absent: the lists have everything. */
  readonly gap?: string;
}

/** Whether a text seems to be such an answer, by its first list. */
export function isDetailsText(text: string): boolean {
  return /^[\s\uFEFF]*\[?\s*\{\s*"(UserDetailList|GroupDetailList|RoleDetailList|Policies|IsTruncated|Marker)"\s*:/.test(
    text.slice(0, 2_000),
  );
}

/**
 * Reads the answer, or its pages: one after the other in a file, in a list, or each in a file of its own.
 *
 * @throws KitError `input` for what is cut off, broken or something else
 */
export function readDetails(files: readonly SourceFile[]): Details {
  const pages = files.flatMap(pagesOf);
  const listed = (name: ListName): readonly Entry[] =>
    pages.flatMap(({ node, at }) =>
      itemsOf(memberValue(node, name)).flatMap((one) => (one.type === 'object' ? [{ node: one, at }] : [])),
    );
  const absent = LISTS.filter((name) => pages.every(({ node }) => memberValue(node, name) === undefined));
  const isTruncated = pages.every(({ node }) => isTrue(memberValue(node, 'IsTruncated')));
  const gap = isTruncated
    ? 'the last page of the answer is missing'
    : absent.length > 0
      ? `the file has no ${absent.join(', ')}: it was made with a filter`
      : undefined;
  return {
    path: files[0]?.path ?? '',
    lists: Object.fromEntries(LISTS.map((name) => [name, listed(name)])) as Record<ListName, readonly Entry[]>,
    ...(gap === undefined ? {} : { gap }),
  };
}

function pagesOf(file: SourceFile): readonly Entry[] {
  const { path, text } = file;
  const at: Located = { path, locate: lineIndex(text) };
  const pages: Entry[] = [];
  for (let start = startOfJson(file, HINT); start < text.length; ) {
    const region = bracketRegion(text, start);
    if (region.tooDeepAt !== undefined) throw brokenAt(file, region.tooDeepAt, 'it nests too deep', HINT);
    if (region.open) throw cutOff(file, HINT);
    const { root, remarks } = readJson(text, region);
    const mistake = remarks.find(({ code }) => code === 'syntax-error');
    if (mistake !== undefined) throw brokenAt(file, mistake.start, mistake.detail, HINT);
    for (const node of itemsOf(root)) {
      if (node.type !== 'object' || LISTS.every((name) => memberValue(node, name)?.type !== 'array')) {
        throw new KitError(
          'input',
          `${path} is not what get-account-authorization-details answers: it has no ${LISTS.join(', ')}`,
          { hint: HINT },
        );
      }
      pages.push({ node, at });
    }
    start = skipTrivia(text, region.end);
    if (start < text.length && !'{['.includes(text[start] ?? '~'))
      throw brokenAt(file, start, 'the answer has ended, and more text follows', HINT);
  }
  return pages;
}

function isTrue(node: JsonNode | undefined): boolean {
  return node?.type === 'boolean' && node.value;
}

/** A text of an entry; `undefined` where there is none. */
export function textIn(node: JsonNode | undefined, name: string): string | undefined {
  const value = memberValue(node, name);
  return value?.type === 'string' ? value.value : undefined;
}

/** A document of an entry, as an object (the AWS CLI) or encoded as IAM sends it (RFC 3986). */
export function documentIn(
  { node, at }: Entry,
  member: string,
  name: string,
  what: { readonly of: string; readonly action: string },
): { readonly state: 'read'; readonly value: NamedPolicy } | Unread {
  const found = memberValue(node, member);
  if (found?.type === 'object') {
    return { state: 'read', value: { name, document: toValue(found), place: documentPlace(at, found) } };
  }
  if (found?.type !== 'string') return untold('the file does not have it', 'unknown')(what.of, what.action);
  try {
    const text = found.value.startsWith('{') ? found.value : decodeURIComponent(found.value);
    const document = JSON.parse(text) as JsonValue;
    return { state: 'read', value: { name, document, place: { ...placeOf(at, found), statements: [] } } };
  } catch {
    const { line, column } = at.locate(found.start);
    return untold(`the text at ${at.path}:${line}:${column} is no policy`, 'unknown')(what.of, what.action);
  }
}

/** A managed policy in its default version; AWS's own stand in the file, too, where something has them. */
export function managedPolicy(details: Details, arn: string): ReturnType<typeof documentIn> {
  const what = { of: `policy ${arn}`, action: 'iam:GetPolicyVersion' };
  const policy = details.lists.Policies.find(({ node }) => textIn(node, 'Arn') === arn);
  const version = itemsOf(memberValue(policy?.node, 'PolicyVersionList')).find(
    (one) =>
      isTrue(memberValue(one, 'IsDefaultVersion')) ||
      (textIn(one, 'VersionId') !== undefined && textIn(one, 'VersionId') === textIn(policy?.node, 'DefaultVersionId')),
  );
  if (policy === undefined || version?.type !== 'object') {
    return untold(details.gap ?? 'the file does not have its default version', 'unknown')(what.of, what.action);
  }
  return documentIn({ node: version, at: policy.at }, 'Document', arn, what);
}

/** The policies of a role, user or group: inline ones, then attached ones. */
export function policiesOf(details: Details, entry: Entry, kind: 'Role' | 'User' | 'Group'): Pieces<NamedPolicy> {
  const holder = `${kind.toLowerCase()} ${textIn(entry.node, `${kind}Name`) ?? ''}`;
  const inline = itemsOf(memberValue(entry.node, `${kind}PolicyList`)).flatMap((node) => {
    if (node.type !== 'object') return [];
    const name = textIn(node, 'PolicyName') ?? '';
    const what = { of: `inline policy ${name} of ${holder}`, action: `iam:Get${kind}Policy` };
    return [documentIn({ node, at: entry.at }, 'PolicyDocument', name, what)];
  });
  const attached = itemsOf(memberValue(entry.node, 'AttachedManagedPolicies')).flatMap((node) => {
    const arn = textIn(node, 'PolicyArn');
    return arn === undefined ? [] : [managedPolicy(details, arn)];
  });
  return toPieces([...inline, ...attached]);
}
