import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readAccessKeyId } from '../documents/read-access-key-id.ts';
import { readRoleArn } from '../documents/read-role-arn.ts';
import type { Connection } from '../generate/connection.ts';
import { KitError } from '../model/errors.ts';

const run = promisify(execFile);

/**
 * Reads the connection from the outputs of a Pulumi stack by the `pulumi` on PATH, in the current folder.
 *
 * @param showSecrets ask for secrets in plain text
 * @throws KitError `credentials` or `service` with what `pulumi` said; `input` when the stack is not one of this kit's
 */
export async function readStackOutputs(stack: string, showSecrets: boolean, signal: AbortSignal): Promise<Connection> {
  const args = [
    'stack',
    'output',
    '--json',
    '--non-interactive',
    '--stack',
    stack,
    ...(showSecrets ? ['--show-secrets'] : []),
  ];
  const { stdout } = await run('pulumi', args, { signal }).catch(
    (cause: NodeJS.ErrnoException & { stderr?: string }) => {
      if (cause.code === 'ENOENT') {
        throw new KitError('input', '--from-stack needs the Pulumi CLI, and "pulumi" is not on PATH', {
          hint: 'Install it (https://www.pulumi.com/docs/install/), or give --role-arn.',
        });
      }
      const said = cause.stderr?.trim().split('\n')[0] ?? cause.message;
      throw new KitError('service', `pulumi could not read stack "${stack}": ${said}`, {
        hint: 'Run this in the project folder, logged in to its backend.',
      });
    },
  );
  return toConnection(stack, JSON.parse(stdout) as Readonly<Record<string, unknown>>, showSecrets);
}

function toConnection(stack: string, outputs: Readonly<Record<string, unknown>>, showSecrets: boolean): Connection {
  const { roleArn, accessKeyId, secretAccessKey } = outputs;
  if (typeof roleArn === 'string') {
    readRoleArn(roleArn, `output roleArn of stack ${stack}`);
    return { auth: 'role', roleArn };
  }
  if (typeof accessKeyId === 'string') {
    const shown = showSecrets && typeof secretAccessKey === 'string' ? { secretAccessKey } : {};
    return { auth: 'key', accessKeyId: readAccessKeyId(accessKeyId, `output accessKeyId of stack ${stack}`), ...shown };
  }
  throw new KitError('input', `stack "${stack}" has neither an output roleArn nor accessKeyId`, {
    hint: 'Name a stack of the channelmix-s3 project that is up: pulumi stack ls.',
  });
}
