/**
 * Patterns of policies compared with each other. `*` is any run of characters, `?` exactly one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */

const STAR = 42;
const QUESTION = 63;

/** Cells that `intersects` compares before it gives up; far more than real policies need. */
const MAX_CELLS = 65_536;

/** Whether a text has a wildcard. */
export function isWild(text: string): boolean {
  return text.includes('*') || text.includes('?');
}

/**
 * Whether everything that `narrow` matches is matched by `wide`, too; `narrow` may be plain text. It never says so wrongly; of
 * patterns that only a proof by cases would show to be covered it says that they are not.
 */
export function covers(wide: string, narrow: string): boolean {
  let at = 0;
  let unit = 0;
  let star = -1;
  let resume = 0;
  while (at < narrow.length) {
    const want = wide.charCodeAt(unit);
    const has = narrow.charCodeAt(at);
    if (want === STAR) {
      star = unit++;
      resume = at;
    } else if ((want === QUESTION && has !== STAR) || (want === has && has !== STAR)) {
      at++;
      unit++;
    } else if (star >= 0) {
      at = ++resume;
      unit = star + 1;
    } else return false;
  }
  while (wide.charCodeAt(unit) === STAR) unit++;
  return unit === wide.length;
}

function literalPrefix(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]|$/));
}

/** Whether there is a text that both patterns match. For very long patterns that it cannot compare it says yes. */
export function intersects(a: string, b: string): boolean {
  if (!isWild(a)) return covers(b, a);
  if (!isWild(b)) return covers(a, b);
  const [one, two] = [literalPrefix(a), literalPrefix(b)];
  if (!one.startsWith(two) && !two.startsWith(one)) return false;
  if (a.length * b.length > MAX_CELLS) return true;
  // before[j]: whether a text matches both the first i units of `a` and the first j of `b`.
  let before: boolean[] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: boolean[] = [];
    const unit = a.charCodeAt(i - 1);
    for (let j = 0; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      const both = i > 0 && j > 0;
      row.push(
        (i === 0 && j === 0) ||
          (i > 0 && unit === STAR && (before[j] === true || (j > 0 && row[j - 1] === true))) ||
          (j > 0 && other === STAR && (row[j - 1] === true || (i > 0 && before[j] === true))) ||
          (both && before[j - 1] === true && unit !== STAR && other !== STAR && meets(unit, other)),
      );
    }
    before = row;
  }
  return before[b.length] === true;
}

function meets(unit: number, other: number): boolean {
  return unit === other || unit === QUESTION || other === QUESTION;
}
