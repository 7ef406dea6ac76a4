/**
 * Order of two keys by the bytes of their UTF-8 form, which is how S3 lists: negative, zero or positive.
 * UTF-16 order, JavaScript's own, differs where a surrogate pair meets a character from U+E000 on.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Lifts surrogates (characters beyond U+FFFF) above the rest of the code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
