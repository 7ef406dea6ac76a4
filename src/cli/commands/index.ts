import type { CommandEntry } from '../command.ts';

/** Every command. The file behind it is loaded when the command is called, so that none pays for another. */
export const commands: readonly CommandEntry[] = [
  {
    signature: 'init [dir]',
    describe: 'Ask, and write a project for it',
    load: () => import('./init.ts'),
  },
  {
    signature: 'generate <format>',
    describe: 'Write a grant for the tool you use',
    load: () => import('./generate.ts'),
  },
  {
    signature: 'policy <document>',
    describe: 'Print a policy document as JSON',
    load: () => import('./policy.ts'),
  },
  {
    signature: 'connection [action] [file]',
    describe: 'Print or check the connection form',
    load: () => import('./connection.ts'),
  },
  {
    signature: 'lint <files..>',
    describe: 'Find and mend mistakes in policies',
    load: () => import('./lint.ts'),
  },
  {
    signature: 'evaluate <file>',
    describe: 'Decide requests against policies',
    load: () => import('./evaluate.ts'),
  },
  {
    signature: 'explain',
    describe: 'Show what policies allow',
    load: () => import('./explain.ts'),
  },
  {
    signature: 'verify',
    describe: 'Try every permission that is needed',
    load: () => import('./verify.ts'),
  },
  {
    signature: 'audit',
    describe: 'Say what ChannelMix can do here',
    load: () => import('./audit.ts'),
  },
  {
    signature: 'sweep',
    describe: 'Remove what a killed verify left',
    load: () => import('./sweep.ts'),
  },
  {
    signature: 'rotate',
    describe: 'Replace an access key, no outage',
    load: () => import('./rotate.ts'),
  },
  {
    signature: 'fleet <action> [files..]',
    describe: 'Verify or audit many clients at once',
    load: () => import('./fleet.ts'),
  },
  {
    signature: 'sandbox <action>',
    describe: 'Run the embedded AWS on this machine',
    load: () => import('./sandbox.ts'),
  },
  {
    signature: 'demo',
    describe: 'Show the whole job, in seconds',
    load: () => import('./demo.ts'),
  },
];
