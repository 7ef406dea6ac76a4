import type { Piece, Pieces } from '../../model/access-documents.ts';
import type { Blind } from '../types.ts';

/** Names of a list that are told; nobody reads more. */
const SHOWN = 5;

/** `a, b and 3 more`, each once. */
export function listed(names: Iterable<string>, most: number = SHOWN): string {
  const all = [...new Set(names)];
  const rest = all.length - most;
  return rest > 0 ? `${all.slice(0, most).join(', ')} and ${rest} more` : all.join(', ');
}

/** A text that begins a sentence. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a rule says of facts that it needs and that were not read; nothing of those that were. */
export function blindTo(...pieces: readonly Piece<unknown>[]): readonly Blind[] {
  return pieces.flatMap((piece) => (piece.state === 'unreadable' ? [{ blind: piece.why }] : []));
}

/** The same of things of a kind, of which some could not be read. */
export function blindToAny({ unreadable }: Pieces<unknown>): readonly Blind[] {
  return unreadable.map((why) => ({ blind: why }));
}
