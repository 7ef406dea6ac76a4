import { expect, it } from 'vitest';
import { auditAccess } from '../../src/audit/library.ts';

it.each(['channelmix_s3_access', 'arn:aws:iam::111122223333:user/x', 'AKIAIOSFODNN7EXAMPLE'])(
  'refuses %s for the ARN of a role before anything is asked',
  async (roleArn) => {
    // Nobody listens there: a call would be an error of the network.
    const options = { roleArn, endpointUrl: 'http://127.0.0.1:9', region: 'us-east-1' };
    await expect(auditAccess(options)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('roleArn'),
    });
  },
);
