import packageJson from '../../../package.json' with { type: 'json' };
import { DOCUMENT_KINDS } from '../../documents/policy-source.ts';
import { bucketNameRule } from '../../documents/rules.ts';
import { type Change, fixText } from '../../lint/fix.ts';
import { type LintTextOptions, lintText } from '../../lint/lint.ts';
import { rules } from '../../lint/rules/index.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { inputError, KitError } from '../../model/errors.ts';
import type { FileFindings, LintReport, Severity } from '../../model/finding.ts';
import { ACCESS_LEVELS } from '../../model/grant.ts';
import { printable } from '../../model/printable.ts';
import { CATALOGUE_VERSION } from '../../operations/catalogue.ts';
import { REPORT_FORMATS, reporters } from '../../report/index.ts';
import { type About, fails, summaryLine } from '../../report/reporter.ts';
import { textReport } from '../../report/text.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readText } from '../read-text.ts';
import { writeWhole } from '../write-whole.ts';

const FAIL_ON = ['error', 'warning', 'suggestion'] as const;
const AUDIENCES = ['channelmix', 'any'] as const;

export const command = defineCommand({
  options: {
    files: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'policy documents: JSON, YAML, Terraform, Markdown, mail; - reads stdin',
    },
    kind: { choices: DOCUMENT_KINDS, requiresArg: true, describe: 'kind of the documents (default: guessed)' },
    for: {
      choices: AUDIENCES,
      requiresArg: true,
      default: 'channelmix',
      describe: 'channelmix: does it let ChannelMix in, and no further; any: only what holds for every policy',
    },
    access: {
      choices: ACCESS_LEVELS,
      requiresArg: true,
      default: 'minimal',
      describe: 'what ChannelMix is meant to have',
    },
    bucket: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'bucket that is meant: takes the place of placeholders; repeat for several',
    },
    fix: { type: 'boolean', describe: 'print the corrected document; with --force write it to the file' },
    force: { type: 'boolean', describe: 'with --fix: write over the files' },
    output: { choices: REPORT_FORMATS, requiresArg: true, default: 'text', describe: 'format of the findings' },
    'fail-on': {
      choices: FAIL_ON,
      requiresArg: true,
      default: 'error',
      describe: 'exit 1 from this severity on; security counts as error',
    },
  },
  examples: [
    ['$0 lint policy.json', 'findings with line, column and what mends them'],
    ['$0 lint trust.json --kind trust --for any', 'any trust policy, not only ChannelMix'],
    ['$0 policy minimal --bucket my-bucket | $0 lint -', 'from stdin'],
    ['$0 lint policy.json --fix --bucket my-bucket', 'print the corrected policy'],
  ],
  run: async (args, context) => {
    checkArguments(args);
    const results: LintedFile[] = [];
    for (const path of args.files) results.push(lintFile(path, await readText(path, context), args));
    const report = toReport(results);
    if (args.fix === true) await deliverFixes(results, report, args, context);
    else context.out(render(report, args, context));
    return results.some(({ findings }) => findings.some(({ severity }) => fails(severity, args['fail-on']))) ? 1 : 0;
  },
});

type Arguments = Parameters<typeof command.run>[0];

/** A file with what is left to mend; with `--fix`, its text before and after and the changes. */
interface LintedFile extends FileFindings {
  readonly source: string;
  readonly before: string;
  readonly after: string;
  readonly changes: readonly Change[];
}

function checkArguments(args: Arguments): void {
  const many = args.files.length > 1;
  if (args.files.filter((file) => file === '-').length > 1)
    throw new KitError('usage', 'stdin (-) was given twice', { hint: 'Give it once.' });
  if (args.force === true && args.fix !== true)
    throw new KitError('usage', '--force means nothing without --fix', { hint: 'Add --fix, or leave --force out.' });
  if (args.force === true && args.files.includes('-'))
    throw new KitError('usage', '--force cannot write to stdin', {
      hint: 'Leave --force out: the document is printed.',
    });
  if (args.fix === true && many && args.force !== true && args.output !== 'json') {
    throw new KitError('usage', '--fix prints one corrected document, and several files were given', {
      hint: 'Give one file, or add --force to write each file in its place.',
    });
  }
  const problems = (args.bucket ?? []).flatMap((name) => {
    const rule = bucketNameRule(name);
    return rule === undefined ? [] : [{ field: '--bucket', value: name.slice(0, 100), rule }];
  });
  if (problems.length > 0) throw inputError('the command line cannot be used:', problems);
}

function lintFile(path: string, text: string, args: Arguments): LintedFile {
  const name = path === '-' ? 'stdin' : path;
  const options: LintTextOptions = {
    path: name,
    audience: args.for,
    access: args.access,
    buckets: args.bucket ?? [],
    now: Date.now(),
    ...(args.kind === undefined ? {} : { kind: args.kind }),
  };
  if (args.fix !== true) {
    return { path: name, source: path, before: text, after: text, changes: [], findings: lintText(text, options) };
  }
  const fixed = fixText(text, options);
  return {
    path: name,
    source: path,
    before: text,
    after: fixed.text,
    changes: fixed.changes,
    findings: fixed.findings,
  };
}

function toReport(results: readonly LintedFile[]): LintReport {
  const summary: Record<Severity, number> = { error: 0, security: 0, warning: 0, suggestion: 0 };
  for (const { findings } of results) for (const { severity } of findings) summary[severity]++;
  const files = results.map(({ path, findings }) => ({ path, findings }));
  return { schemaVersion: SCHEMA_VERSION, command: 'lint', files, summary };
}

function render(report: LintReport, args: Arguments, context: Context): string {
  if (args.output === 'text') return textReport(report, context.outStyle);
  const about: About = {
    toolVersion: packageJson.version,
    dataVersion: CATALOGUE_VERSION.version,
    rules: rules.filter((rule) => args.for === 'channelmix' || rule.audience === 'any'),
    failOn: args['fail-on'],
  };
  return reporters[args.output](report, about);
}

/** The corrected document goes to stdout or to its file, what was changed and what is left to stderr; a report format takes stdout. */
async function deliverFixes(
  results: readonly LintedFile[],
  report: LintReport,
  args: Arguments,
  context: Context,
): Promise<void> {
  for (const { path, changes } of results) for (const line of changeLines(path, changes)) context.note(line);
  if (args.force === true) {
    for (const { source, before, after } of results) if (before !== after) await writeWhole(source, after);
  }
  if (args.output !== 'text') {
    context.out(args.output === 'json' ? fixedJson(results, report) : render(report, args, context));
    return;
  }
  if (args.force !== true) context.out(results[0]?.after ?? '');
  if (results.some(({ findings }) => findings.length > 0)) {
    context.note('left to mend by hand:');
    context.note(textReport(report, context.style).trimEnd());
    const placeholders = results.some(({ findings }) => findings.some(({ ruleId }) => ruleId === 'placeholder'));
    if (placeholders && args.bucket === undefined)
      context.note('Next: name the bucket with --bucket NAME; it takes the place of the placeholder.');
  } else context.note(summaryLine(report));
}

function changeLines(path: string, changes: readonly Change[]): readonly string[] {
  return changes.map(({ line, column, ruleId, explanation, meant }) => {
    const allowed = meant === undefined ? '' : `; then allowed, as was meant: ${meant}`;
    return `${printable(path)}:${line}:${column}: ${explanation}${allowed} [${ruleId}]`;
  });
}

/** The report, with what was changed and the corrected text of each file. */
function fixedJson(results: readonly LintedFile[], report: LintReport): string {
  const files = results.map(({ path, findings, changes, after }) => ({ path, findings, changes, fixed: after }));
  return reporters.json({ ...report, files }, ABOUT_NOTHING);
}

/** The JSON reporter needs nothing beside its report. */
const ABOUT_NOTHING: About = { toolVersion: '', dataVersion: '', rules: [], failOn: 'error' };
