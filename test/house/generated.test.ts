import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import grantSchema from '../../policies/schemas/grant.schema.json' with { type: 'json' };
import { compileSchemas } from '../../scripts/compile-schemas.ts';

it('holds validators that are compiled from the schemas as they are now (else: npm run build:schemas)', async () => {
  for (const [name, text] of Object.entries(await compileSchemas())) {
    const file = new URL(`../../src/documents/${name}`, import.meta.url);
    expect(readFileSync(file, 'utf8'), name).toBe(text);
  }
});

it('describes every key of the grant for editors', () => {
  for (const property of Object.values(grantSchema.properties)) expect(property.description).toBeTruthy();
});
