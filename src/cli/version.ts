import packageJson from '../../package.json' with { type: 'json' };

/** Version of the kit, of what it runs on, and of the data that lint and audit go by, a line each. The data is loaded for this only. */
export async function versionLines(): Promise<readonly string[]> {
  const { CATALOGUE_VERSION } = await import('../operations/catalogue.ts');
  const { source, version, date } = CATALOGUE_VERSION;
  const platform = `node ${process.version}, ${process.platform} ${process.arch}`;
  return [`channelmix-s3 ${packageJson.version} (${platform})`, `IAM data: ${source} ${version}, ${date}`];
}
