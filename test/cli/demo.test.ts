import { expect, it } from 'vitest';
import { runCli } from '../helpers.ts';

it('tells the whole story: both ways in, least and full access, a broken grant that is caught, nothing left', async () => {
  const { code, stdout, stderr } = await runCli(['demo']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.match(/as expected, 0 left behind/g)).toHaveLength(4);
  expect(stdout).toContain('layer:   bucket-policy (AWS says so)');
  expect(stdout).toContain('Everything was removed');
  expect(stdout).toMatch(/Role ARN +arn:aws:iam::111122223333:role\/channelmix_s3_access/);
});

it('stops with the code of the signal when it was interrupted', async () => {
  const controller = new AbortController();
  controller.abort('SIGINT');
  const { code } = await runCli(['demo'], { signal: controller.signal });
  expect(code).toBe(130);
});
