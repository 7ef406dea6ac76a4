import { describe, expect, it } from 'vitest';
import { cliJson, sh } from '../../../src/generate/aws-cli/shell-text.ts';
import { runScript } from './fake-aws.ts';
import { HOSTILE } from './hostile.ts';

describe('words of a shell script', () => {
  it('are what they were when a shell has read them, and nothing in them is run', async () => {
    const program = HOSTILE.map((text) => sh`printf '%s\0' ${text}`.program).join('\n');
    const { stdout, stderr, files } = await runScript(program);
    expect(stderr).toBe('');
    expect(stdout.split('\0').slice(0, -1)).toEqual(HOSTILE);
    expect(files).toEqual({});
  });

  it('stay words where they are assigned, and where they are the name of a command', async () => {
    const program = HOSTILE.map((text) => sh`word=${text}; printf '%s\0' "$word"; ${text} 2>/dev/null || :`.program);
    const { stdout, files } = await runScript(program.join('\n'));
    expect(stdout.split('\0').slice(0, -1)).toEqual(HOSTILE);
    expect(files).toEqual({});
  });

  it('cannot hold NUL', () => {
    expect(() => sh`echo ${'a\0b'}`).toThrow(TypeError);
  });

  it('keep `${` of the program, which a template could not say', () => {
    expect(sh`echo "\${1-}" "\`id\`"`.program).toBe(`echo "\${1-}" "\\\`id\\\`"`);
  });
});

describe('JSON for the AWS CLI', () => {
  it('is ASCII without a backtick, and means the same', () => {
    const value = Object.fromEntries([...HOSTILE, '\0', '\u007F'].map((text) => [text, [text]]));
    const text = cliJson(value);
    expect(text).toMatch(/^[\n\u0020-\u007E]*$/);
    expect(text).not.toContain('`');
    expect(JSON.parse(text)).toEqual(value);
  });
});
