import { validateAuditDocuments } from '../../documents/audit-validators.generated.js';
import { defaultLabel, schemaProblem } from '../../documents/schema-problems.ts';
import { parseArn } from '../../model/arn.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { inputError, KitError, type Problem } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { parseJsonFile } from './json-text.ts';
import type { SourceFile } from './types.ts';

const KIND = 'channelmix-s3 audit documents';

const HINT = 'Write it anew: channelmix-s3 audit --role-arn ARN --save FILE';

/** The documents as a file that `readDocuments` reads. */
export function writeDocuments(documents: AuditDocuments): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, kind: KIND, documents }, null, 2)}\n`;
}

/** Whether a text seems to be such a file: by its head, so that thousands can be told apart quickly. */
export function isSavedText(text: string): boolean {
  return text.slice(0, 400).includes(`"${KIND}"`);
}

/**
 * Reads a file that `audit --save` wrote. Of each fact stays whether it was read, is not there, or could not be read. The documents' source is
 * theirs: who read them from where, and when.
 *
 * @throws KitError `input` for a file that is cut off, of another version, or was changed so that it contradicts itself
 */
export function readDocuments(file: SourceFile): AuditDocuments {
  const { path } = file;
  const value = parseJsonFile(file, HINT);
  checkHead(path, value);
  if (!validateAuditDocuments(value))
    throw inputError(`${path} is not as audit --save wrote it:`, problemsOf(value), HINT);
  const { documents } = value as unknown as { readonly documents: AuditDocuments };
  const problems = contradictions(documents);
  if (problems.length > 0) throw inputError(`${path} contradicts itself:`, problems, HINT);
  return documents;
}

function checkHead(path: string, value: JsonValue): asserts value is JsonObject {
  if (!isJsonObject(value) || value.kind !== KIND) {
    throw new KitError('input', `${path} was not written by audit --save: it has no "kind": "${KIND}"`, { hint: HINT });
  }
  if (value.schemaVersion === SCHEMA_VERSION) return;
  const version = JSON.stringify(value.schemaVersion) ?? 'none';
  throw new KitError('input', `${path} has schemaVersion ${version}; this version reads ${SCHEMA_VERSION}`, {
    hint: HINT,
  });
}

/** What the schema says, in the kit's words. */
function problemsOf(value: JsonValue): readonly Problem[] {
  const words = { label: defaultLabel, keysAt: () => [], whole: 'must be what audit --save wrote' };
  return (validateAuditDocuments.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map((error) => {
      const problem = schemaProblem(error, value, words);
      return error.keyword === 'additionalProperties' ? { ...problem, rule: 'is not a known key' } : problem;
    });
}

/** What no schema can say: names that stand twice and differ. */
function contradictions({ principal, buckets }: AuditDocuments): readonly Problem[] {
  const { account = '', resource = '' } = parseArn(principal.arn) ?? {};
  const of = (field: string, value: string, rule: string): Problem => ({ field: `documents.${field}`, value, rule });
  const kind = resource.slice(0, resource.indexOf('/'));
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const seen = new Set<string>();
  return [
    ...(account === principal.account
      ? []
      : [of('principal.account', principal.account, `is not that of the ARN, ${account}`)]),
    ...(kind === principal.kind ? [] : [of('principal.kind', principal.kind, `is not that of the ARN, ${kind}`)]),
    ...(name === principal.name ? [] : [of('principal.name', principal.name, `is not that of the ARN, ${name}`)]),
    ...buckets.flatMap((bucket, index) => {
      const twice = seen.has(bucket.name);
      seen.add(bucket.name);
      return twice ? [of(`buckets[${index}].name`, bucket.name, 'stands twice')] : [];
    }),
  ];
}
