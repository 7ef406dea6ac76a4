import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { KitError } from '../model/errors.ts';

/**
 * Where the kit keeps what must outlive a process: `CHANNELMIX_S3_STATE_DIR`, else `XDG_STATE_HOME/channelmix-s3`, else
 * `~/.local/state/channelmix-s3`; on Windows `%LOCALAPPDATA%\channelmix-s3`. https://specifications.freedesktop.org/basedir/latest/
 *
 * @throws KitError `state` when the variable holds no absolute path
 */
export function stateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env.CHANNELMIX_S3_STATE_DIR ?? '';
  if (own !== '') {
    if (isAbsolute(own)) return own;
    throw new KitError('state', `CHANNELMIX_S3_STATE_DIR is ${JSON.stringify(own)}, which is no absolute path`, {
      hint: 'The journal of a run must be found again from any folder.',
    });
  }
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'channelmix-s3');
  }
  const xdg = env.XDG_STATE_HOME ?? '';
  // The specification: a relative path is ignored.
  const base = isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.local', 'state');
  return join(base, 'channelmix-s3');
}
