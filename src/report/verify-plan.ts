import type { PlannedCallReport, PlannedCheckReport, VerifyPlanReport } from '../model/verify-plan.ts';

/** The random part of keys, as plans have it. */
const ZEROS = /0{32}/g;

/** The plan of a verify as text: each call with what it needs, what is written, what it costs. */
export function renderVerifyPlan(plan: VerifyPlanReport): string {
  const { writes, requests } = plan;
  const subject = plan.roleArn === undefined ? 'the access key' : `role ${plan.roleArn}`;
  const refused = plan.checks.filter(({ expect }) => expect === 'deny');
  return [
    `A verify of ${subject} on bucket ${plan.bucket}, ${plan.access} access.`,
    'This is only the plan: nothing was called. <id> stands for 32 random hexadecimal digits.',
    '',
    'Beside the checks:',
    ...plan.beside.flatMap((call) => callLines(call, 1)),
    '',
    'Must be allowed:',
    ...plan.checks.filter(({ expect }) => expect === 'allow').flatMap(checkLines),
    ...(refused.length === 0 ? [] : ['', 'Must be refused, by calls that do no harm where they succeed:']),
    ...refused.flatMap(checkLines),
    '',
    `Writes ${writes.objects} object${writes.objects === 1 ? '' : 's'}, ${writes.bytes} bytes in all, removed at the end:`,
    ...writes.keys.map((key) => `  s3://${plan.bucket}/${key}`),
    `Makes at most ${requests.total} requests: ${requests.writeAndList} that write or list, ${requests.read} that read, ` +
      `${requests.free} that are free.`,
    '',
  ].join('\n');
}

function checkLines(check: PlannedCheckReport): readonly string[] {
  const place = check.prefix === undefined ? '' : ` in ${check.prefix}`;
  const information = check.required === false ? ', for information' : '';
  const head = `  ${check.id}${place}${information}`;
  if (check.calls.length === 0) return [`${head}: no call of its own, read from the answers to the others`];
  return [head, ...together(check.calls).flatMap(({ call, times }) => callLines(call, times))];
}

/** Calls that follow each other and are the same, once. */
function together(calls: readonly PlannedCallReport[]): readonly { call: PlannedCallReport; times: number }[] {
  const groups: { call: PlannedCallReport; times: number }[] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last !== undefined && JSON.stringify(last.call) === JSON.stringify(call)) last.times += 1;
    else groups.push({ call, times: 1 });
  }
  return groups;
}

function callLines({ call, as, detail, permissions }: PlannedCallReport, times: number): readonly string[] {
  const whose = { caller: ' as the caller', subject: '', 'third-party': ' as the third account' }[as];
  const count = times === 1 ? '' : `, ${times} times`;
  const about = detail === undefined ? '' : `: ${detail}`;
  const needs = permissions.map(({ action, resource }) => `        ${action} on ${resource.replaceAll(ZEROS, '<id>')}`);
  return [`    ${call}${whose}${count}${about}`, ...needs];
}
