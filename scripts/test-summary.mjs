// Sums up vitest's JSON report in one plain line, and fails when a test failed, or was skipped:
// CI installs all that tests compare with.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;
const isSkipped = ({ status }) =>
  status === 'skipped' || status === 'pending' || status === 'todo' || status === 'disabled';
const unexcused = tests.filter(isSkipped);
for (const { fullName } of unexcused) console.log(`skipped without need: ${fullName}`);

const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
for (const { name, message } of brokenFiles) console.log(`did not run: ${name}: ${message}`);
const failed = count('failed') + unexcused.length + brokenFiles.length;
console.log(`tests: ${count('passed')} passed, ${failed} failed`);
process.exitCode = failed === 0 && count('passed') > 0 ? 0 : 1;
