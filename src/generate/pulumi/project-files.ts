import { Document } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import type { GeneratedFile } from '../generated-file.ts';

/** What projects differ in. */
export interface ProjectParts {
  readonly name: string;
  readonly description: string;
  /** Sections of `Pulumi.yaml` besides those that each project has. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Text of `index.ts`. */
  readonly program: string;
  /** Text of `README.md`. */
  readonly readme: string;
}

/** The files of a Pulumi project in TypeScript that uses the components of this package. */
export function projectFiles({ name, description, sections, program, readme }: ProjectParts): readonly GeneratedFile[] {
  return [
    { path: '.gitignore', text: 'node_modules/\n' },
    { path: 'Pulumi.yaml', text: pulumiYaml({ name, description, ...RUNTIME, ...sections }) },
    { path: 'README.md', text: readme },
    { path: 'index.ts', text: program },
    { path: 'package.json', text: json(packageOf(name)) },
    { path: 'tsconfig.json', text: json(TSCONFIG) },
  ];
}

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
const RUNTIME = {
  main: 'index.ts',
  runtime: { name: 'nodejs', options: { typescript: false, nodeargs: '--import tsx' } },
};

function pulumiYaml(content: Readonly<Record<string, unknown>>): string {
  const document = new Document(content);
  document.commentBefore = [
    ' Made by channelmix-s3. How to deploy: README.md.',
    " tsx runs the program: the engine's own ts-node does not know TypeScript 6 with ES modules.",
  ].join('\n');
  return document.toString({ lineWidth: 0 });
}

function packageOf(name: string): object {
  const { version, engines, devDependencies, peerDependencies } = packageJson;
  return {
    name,
    private: true,
    type: 'module',
    engines,
    scripts: { check: 'tsc' },
    dependencies: {
      '@pulumi/aws': caret(peerDependencies['@pulumi/aws']),
      '@pulumi/pulumi': caret(peerDependencies['@pulumi/pulumi']),
      [packageJson.name]: `^${version}`,
      tsx: `^${devDependencies.tsx}`,
    },
    devDependencies: {
      '@types/node': `^${devDependencies['@types/node']}`,
      typescript: `^${devDependencies.typescript}`,
    },
  };
}

/** The next major version is not one that was tried. */
function caret(range: string): string {
  return range.replace('>=', '^');
}

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
};

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
