/** A verifier's report without what differs from run to run, so that pages can show it and a test can compare them. */
import type { VerifyReport } from '../src/model/check.ts';

const ENDPOINT = '127.0.0.1:4599';
const DATE = '2026-11-25T09:00:00.000Z';

/** Random and temporal parts of texts, and what stands for them. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b127\.0\.0\.1:\d+/g, ENDPOINT],
  [/channelmix-verify-[0-9a-f]{16}/g, 'channelmix-verify-0123456789abcdef'],
  [/\.channelmix-verify\/[0-9a-f]{32}/g, '.channelmix-verify/0123456789abcdef0123456789abcdef'],
  [/\bA(ROA|IDA|KIA|SIA)[A-Z0-9]{12,}/g, 'A$1EXAMPLE'],
  [/--version-id '?[\w.-]{32}'?/g, '--version-id VERSION-ID'],
  [/, version [\w.-]{32}/g, ', version VERSION-ID'],
  [/--upload-id '?[\w.-]{20,}'?/g, '--upload-id UPLOAD-ID'],
  [/\b[0-9a-f]{64}\b/g, 'GRANT-ID'],
  [/Retried \d+ times over [\d.]+ s/g, 'Retried 3 times over 1.0 s'],
];

function steadyText(text: string): string {
  return VARYING.reduce((sofar, [pattern, word]) => sofar.replace(pattern, word), text);
}

/** The report with times, random ids and the endpoint replaced by fixed ones; checks keep their order. `keepAttempts`: whether it is told that calls were repeated. */
export function steadyReport(report: VerifyReport, keepAttempts = true): VerifyReport {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return key === 'date' ? DATE : steadyText(value);
    if (typeof value === 'number') return key === 'ms' ? 0 : value;
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        // Requests are told by ids, and how often one was repeated depends on the moment.
        .filter(([name]) => name !== 'requestId')
        .map(([name, member]) => [
          name,
          name === 'attempts' && member > 1 ? (keepAttempts ? 3 : 1) : walk(member, name),
        ]),
    );
  };
  return walk(report, '') as VerifyReport;
}

/** The text of a steady report, without the times that are all zero. */
export function withoutTimes(text: string): string {
  return text.replace(/,? 0 ms/g, '');
}

/** The same for a message of the command. */
export const steadyMessage = steadyText;
