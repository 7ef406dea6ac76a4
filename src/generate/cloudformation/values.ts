/** What a template consists of: plain data, with CloudFormation's functions in their long form, which every reader of YAML or JSON takes. */
export type TemplateValue = string | number | boolean | readonly TemplateValue[] | TemplateObject;

/** An object of a template. */
export interface TemplateObject {
  readonly [name: string]: TemplateValue;
}

/** Refers to a parameter, a pseudo parameter, a resource or, behind a dot, an attribute of it. */
export interface Reference {
  readonly to: string;
}

/** A piece of a text that CloudFormation puts together. */
export type Part = string | Reference;

/** Refers to a parameter, a pseudo parameter, a resource or, behind a dot, an attribute of it. */
export function reference(to: string): Reference {
  return { to };
}

/** The partition, the region and the account in which the stack is made. */
export const PARTITION = reference('AWS::Partition');
export const REGION = reference('AWS::Region');
export const ACCOUNT = reference('AWS::AccountId');

/**
 * A text with references in it. What is text stays text, whatever it says: `${` is written as `${!`, which stands for it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function textOf(...parts: readonly Part[]): TemplateValue {
  const [first, second] = parts;
  if (typeof first === 'object' && second === undefined) return referTo(first);
  // Joined before it is written: `$` may end one part and `{` begin the next.
  const texts: string[] = [''];
  const references: Reference[] = [];
  for (const part of parts) {
    if (typeof part === 'string') texts.push(`${texts.pop()}${part}`);
    else {
      references.push(part);
      texts.push('');
    }
  }
  if (references.length === 0) return texts.join('');
  const written = texts.map((text, index) => {
    const before = references[index - 1];
    return `${before === undefined ? '' : `\${${before.to}}`}${text.replaceAll('${', '${!')}`;
  });
  return { 'Fn::Sub': written.join('') };
}

function referTo({ to }: Reference): TemplateValue {
  const [name = '', attribute] = to.split('.');
  return attribute === undefined ? { Ref: to } : { 'Fn::GetAtt': [name, attribute] };
}

/** Tags as CloudFormation lists them, as properties of a resource; none for none. */
export function tagsOf(tags: Readonly<Record<string, string>>): TemplateObject {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? {} : { Tags: list };
}

/** Metadata of a resource that tells checkov to leave a finding out, and why. https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html */
export function leftOut(id: string, comment: string): TemplateObject {
  return { Metadata: { checkov: { skip: [{ id, comment }] } } };
}
