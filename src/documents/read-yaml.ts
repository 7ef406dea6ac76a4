import type { Grant } from '../model/grant.ts';
import { readGrant } from './read-grant.ts';
import { parseYaml } from './yaml-document.ts';

const MAX_BYTES = 65_536;

/**
 * Reads the text of a `channelmix.yaml`.
 *
 * @param text the file's content
 * @param name the file's name, for errors
 * @throws KitError `input` with file, line and column of each problem
 */
export function readGrantYaml(text: string, name: string): Grant {
  const { input, place } = parseYaml(text, name, MAX_BYTES);
  return readGrant(input, { name, label: place });
}
