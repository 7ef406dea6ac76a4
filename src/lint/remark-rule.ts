import type { RemarkCode } from '../documents/policy-source.ts';
import type { Hit, RuleContext } from './types.ts';

/**
 * The `check` of a rule that tells what the parser found: `check: remarksOf('comment')`. Its message is `found`, with `{detail}`.
 *
 * The parser's codes are REMARK_CODES of src/documents/policy-source.ts; each needs a rule of that id.
 */
export function remarksOf(code: RemarkCode): (context: RuleContext) => Iterable<Hit<'found'>> {
  return function* ({ source }) {
    for (const remark of source.remarks) {
      if (remark.code !== code) continue;
      yield {
        message: 'found',
        span: remark,
        ...(remark.node === undefined ? {} : { node: remark.node }),
        data: { detail: remark.detail },
        ...(remark.fix === undefined
          ? {}
          : {
              fix: {
                explanation: remark.fix.explanation,
                edits: remark.fix.edits.map((edit) => ({ op: 'text' as const, ...edit })),
              },
            }),
      };
    }
  };
}
