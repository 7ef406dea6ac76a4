import type { Check, VerifyReport } from '../model/check.ts';
import { githubCommand } from './github-command.ts';
import { verifySummary } from './verify-text.ts';

/** An annotation for each check that did not come out as expected and for each thing left behind, and the summary. */
export function githubVerifyReport(report: VerifyReport): string {
  const bad = report.checks.filter((check) => !check.ok && check.result !== 'skipped');
  const lines = [
    ...bad.map((check) => githubCommand(check.result === 'error' ? 'warning' : 'error', titled(check), words(check))),
    ...report.cleanup.left.map(({ what, command }) =>
      githubCommand('warning', { title: 'left behind' }, `${what}. Remove it with: ${command}`),
    ),
    verifySummary(report),
  ];
  return `${lines.join('\n')}\n`;
}

function titled(check: Check): { readonly title: string } {
  return { title: `${check.id}: ${check.action}${check.prefix === undefined ? '' : ` in ${check.prefix}`}` };
}

function words({ diagnosis, error, result }: Check): string {
  if (diagnosis !== undefined) return `${diagnosis.layer}: ${diagnosis.cause}. Fix: ${diagnosis.fix}`;
  return error === undefined ? `was ${result === 'allow' ? 'allowed' : result}` : `${error.code}: ${error.message}`;
}
