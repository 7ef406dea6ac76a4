/**
 * Breaks text at its spaces into lines; a word that is longer than a line keeps its own.
 *
 * @param first what the first line begins with
 * @param columns width of a line
 * @param indent what the others begin with; default: as many spaces as `first` is long
 */
export function wrap(text: string, first: string, columns = 100, indent = ' '.repeat(first.length)): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + word.length > columns) {
      lines.push(line.trimEnd());
      line = indent;
      empty = true;
    }
    line += `${word} `;
    empty &&= word === '';
  }
  return [...lines, line.trimEnd()];
}

/** Words with commas between them, on as many lines as they need. */
export function wrapWords(words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of words.entries()) {
    const text = index < words.length - 1 ? `${word},` : word;
    if (line !== '' && line.length + 1 + text.length > columns) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? text : ` ${text}`;
  }
  return line === '' ? lines : [...lines, line];
}
