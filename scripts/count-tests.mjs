/** Prints "N passed, N failed, N skipped" over all vitest JSON reports of a folder; exits 1 when none has a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '.';
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
const passed = sum('numPassedTests');
const failed = sum('numFailedTests') + sum('numFailedTestSuites') * (sum('numFailedTests') === 0 ? 1 : 0);

console.log(`${passed} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
process.exitCode = passed === 0 || failed > 0 ? 1 : 0;
