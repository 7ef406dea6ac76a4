import { putCanary } from '../canary.ts';
import type { Probe } from '../context.ts';

/** Puts a small object under a new key. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Probe = (run, check, calls) =>
  putCanary(run, calls, { slot: check.prefix, prefix: check.prefix });
