import type { JsonNode, Member } from '../../documents/json-node.ts';
import { shorten } from '../../documents/opaque.ts';
import { given, isUnknown, listIn, textOf, unknownNode } from './plan-text.ts';

/** What a name of a template stands for: a text or a list of texts, or why that is not known. */
export type Meaning = { readonly known: string | readonly string[] } | { readonly unknown: string } | 'no-value';

/** What the functions of a template need to know. */
export interface Scope {
  /** `Ref` and, with an attribute, `Fn::GetAtt`. */
  readonly refer: (name: string, attribute?: string) => Meaning;
  /** Whether a condition holds; `undefined`: that is not known. */
  readonly holds: (condition: string) => boolean | undefined;
  readonly mappings: JsonNode | undefined;
}

/**
 * The value with its functions worked out, each in its place; what cannot be is an unknown string that says why. Nothing for AWS::NoValue.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(node: JsonNode, scope: Scope): JsonNode | undefined {
  if (node.type === 'number') return octal(node);
  if (node.type === 'array') return { ...node, items: node.items.flatMap((item) => resolve(item, scope) ?? []) };
  if (node.type !== 'object') return node;
  const [first, another] = node.members;
  const name = first?.key.value ?? '';
  if (first !== undefined && another === undefined && (name === 'Ref' || name.startsWith('Fn::')))
    return call(node, name, first.value, scope);
  const foreign = node.members.find(({ key }) => key.value.startsWith('Fn::'));
  if (foreign !== undefined) return unknownNode(node, `made by ${foreign.key.value}, which is not understood`, node);
  const members = node.members.flatMap((member): readonly Member[] => {
    const value = resolve(member.value, scope);
    return value === undefined ? [] : [{ ...member, value }];
  });
  return { ...node, members };
}

/** CloudFormation reads YAML 1.1, in which digits behind a zero are text when one of them is 8 or 9, as in ChannelMix's account. */
function octal(node: JsonNode & { readonly type: 'number' }): JsonNode {
  const { type: _, value, ...place } = node;
  const width = node.end - node.start;
  const text = String(value);
  return Number.isInteger(value) && value > 0 && width > text.length && !text.includes('e')
    ? { ...place, type: 'string', value: text.padStart(width, '0') }
    : node;
}

function call(node: JsonNode, name: string, argument: JsonNode, scope: Scope): JsonNode | undefined {
  const short = name === 'Ref' ? '!Ref' : `!${name.slice('Fn::'.length)}`;
  const known = (value: string): JsonNode => {
    const { start, end, parent, step } = node;
    return { type: 'string', value, start, end, parent, step };
  };
  const unknown = (why: string): JsonNode => unknownNode(node, `${short} ${why}`, node);
  const answer = (meaning: Meaning, what: string): JsonNode | undefined => {
    if (meaning === 'no-value') return undefined;
    if ('unknown' in meaning) return unknown(`${what}, ${meaning.unknown}`);
    return typeof meaning.known === 'string' ? known(meaning.known) : listOf(node, meaning.known);
  };
  const inner = (value: JsonNode | undefined) => (value === undefined ? undefined : resolve(value, scope));
  const parts = argument.type === 'array' ? argument.items : [];
  switch (name) {
    case 'Ref': {
      const what = textOf(argument) ?? '';
      return answer(scope.refer(what), what);
    }
    case 'Fn::GetAtt': {
      const path =
        argument.type === 'array'
          ? parts.map((part) => textOf(inner(part)) ?? '?').join('.')
          : (textOf(argument) ?? '');
      const dot = path.indexOf('.');
      return answer(scope.refer(path.slice(0, dot), path.slice(dot + 1)), path);
    }
    case 'Fn::Sub':
      return substitute(argument, scope, known, unknown);
    case 'Fn::Join': {
      const list = inner(parts[1]);
      const texts = list?.type === 'array' ? list.items.map(textOf) : [undefined];
      if (!texts.includes(undefined)) return known(texts.join(textOf(parts[0]) ?? ''));
      return unknown(`of ${whyNot(list)}`);
    }
    case 'Fn::Select': {
      const list = inner(parts[1]);
      const index = Number(textOf(inner(parts[0])) ?? Number.NaN);
      const found = list?.type === 'array' ? list.items[index] : undefined;
      return found ?? unknown(`of ${whyNot(list)}`);
    }
    case 'Fn::Split': {
      const text = textOf(inner(parts[1]));
      const delimiter = textOf(parts[0]);
      if (text === undefined || delimiter === undefined) return unknown(`of ${whyNot(inner(parts[1]))}`);
      return listOf(node, text.split(delimiter));
    }
    case 'Fn::If': {
      const condition = textOf(parts[0]) ?? '';
      const holds = scope.holds(condition);
      if (holds === undefined) return unknown(`${condition}, a condition that is not known to hold`);
      return inner(holds ? parts[1] : parts[2]);
    }
    case 'Fn::FindInMap': {
      const [map = '', top = '', second = ''] = parts.slice(0, 3).map((part) => textOf(inner(part)));
      const found = given(given(given(scope.mappings, map), top), second);
      return found ?? unknown(`${map} ${top || '?'} ${second || '?'}, which the template does not say`);
    }
    case 'Fn::ImportValue':
      return unknown(`${textOf(inner(argument)) ?? 'of a name that is not known'}, an export of another stack`);
    default:
      return unknown('is not understood');
  }
}

function whyNot(node: JsonNode | undefined): string {
  if (isUnknown(node)) return `what is ${node.value}`;
  const part = node?.type === 'array' ? node.items.find((item) => isUnknown(item)) : undefined;
  return part !== undefined && isUnknown(part) ? `what is ${part.value}` : 'what is no such list';
}

function listOf(node: JsonNode, texts: readonly string[]): JsonNode {
  const { start, end, parent, step } = node;
  const items = texts.map((value): JsonNode => ({ type: 'string', value, start, end, parent, step }));
  return { type: 'array', items, start, end, parent, step };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html */
function substitute(
  argument: JsonNode,
  scope: Scope,
  known: (value: string) => JsonNode,
  unknown: (why: string) => JsonNode,
): JsonNode {
  const [first, variables] = argument.type === 'array' ? argument.items : [argument, undefined];
  const text = textOf(first);
  if (text === undefined) return unknown('is not understood');
  const missing: string[] = [];
  const filled = text.replace(/\$\{(!?)\s*([^}]*?)\s*\}/g, (whole, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const own = given(variables, name);
    const value = own === undefined ? meaningOf(scope, name) : resolve(own, scope);
    const found = typeof value === 'object' && 'type' in value ? textOf(value) : value;
    if (typeof found === 'string') return found;
    missing.push(isUnknownNode(value) ? `${whole}, ${value.value}` : `${whole}, ${reasonOf(scope, name)}`);
    return '';
  });
  return missing.length === 0 ? known(filled) : unknown(`${shorten(JSON.stringify(text))} with ${missing[0]}`);
}

function isUnknownNode(value: unknown): value is JsonNode & { readonly type: 'string' } {
  return typeof value === 'object' && value !== null && 'opaque' in value;
}

function meaningOf(scope: Scope, name: string): string | undefined {
  const meaning = referTo(scope, name);
  return meaning !== 'no-value' && 'known' in meaning && typeof meaning.known === 'string' ? meaning.known : undefined;
}

function reasonOf(scope: Scope, name: string): string {
  const meaning = referTo(scope, name);
  return meaning !== 'no-value' && 'unknown' in meaning ? meaning.unknown : 'which is no text';
}

/** `Name`, or `Name.Attribute`. */
function referTo(scope: Scope, name: string): Meaning {
  const dot = name.indexOf('.');
  return dot === -1 ? scope.refer(name) : scope.refer(name.slice(0, dot), name.slice(dot + 1));
}

/**
 * Whether a condition, or an assertion of a rule, holds; `undefined`: that is not known.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function conditionHolds(node: JsonNode | undefined, scope: Scope): boolean | undefined {
  if (node?.type !== 'object') return undefined;
  const [member] = node.members;
  const name = member?.key.value ?? '';
  const parts = listIn(node, name);
  const all = () => parts.map((part) => conditionHolds(part, scope));
  switch (name) {
    case 'Condition':
      return scope.holds(textOf(member?.value) ?? '');
    case 'Fn::Not': {
      const [inner] = all();
      return inner === undefined ? undefined : !inner;
    }
    case 'Fn::And':
      return all().includes(false) ? false : all().includes(undefined) ? undefined : true;
    case 'Fn::Or':
      return all().includes(true) ? true : all().includes(undefined) ? undefined : false;
    case 'Fn::Equals': {
      const [left, right] = parts.map((part) => textOf(resolve(part, scope)));
      return left === undefined || right === undefined ? undefined : left === right;
    }
    case 'Fn::Contains': {
      const list = parts[0] === undefined ? undefined : resolve(parts[0], scope);
      const wanted = parts[1] === undefined ? undefined : textOf(resolve(parts[1], scope));
      const texts = list?.type === 'array' ? list.items.map(textOf) : [undefined];
      if (wanted === undefined || texts.includes(undefined)) return undefined;
      return texts.includes(wanted);
    }
    default:
      return undefined;
  }
}
