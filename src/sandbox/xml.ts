import XmlBuilder from 'fast-xml-builder';
import { SaxesParser } from 'saxes';
import { AwsError } from './contract.ts';

/** An element as read. Names are local names (S3 takes documents with its namespace, another prefix or none). */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside the element, as it stands (white space included). */
  readonly text: string;
}

/** What `buildXml` writes: an array repeats its element, `undefined` leaves it out, a key with `@_` in front is an attribute, `#text` the text beside attributes. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [element: string]: XmlValue };

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: OpenElement[];
  text: string;
}

function malformed(): AwsError {
  return new AwsError(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed();
  }
}

/**
 * The root element of an XML document in UTF-8. Throws `AwsError` MalformedXML for what is not well-formed, for any DOCTYPE
 * (so no entity can be declared), for more than 1 MiB and for more than 32 levels.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.byteLength > MAX_BYTES) throw malformed();
  const document: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [document];
  const parser = new SaxesParser({ xmlns: true });
  const top = (): OpenElement => open[open.length - 1] ?? document;
  parser.on('error', () => {
    throw malformed();
  });
  parser.on('doctype', () => {
    throw malformed();
  });
  // Counted where a tag begins, so that the parser's own stack stays short as well.
  parser.on('opentagstart', () => {
    if (open.length > MAX_DEPTH) throw malformed();
  });
  parser.on('opentag', (tag) => {
    const attributes: Record<string, string> = Object.create(null);
    for (const attribute of Object.values(tag.attributes)) attributes[attribute.name] = attribute.value;
    const element: OpenElement = { name: tag.local, attributes, children: [], text: '' };
    top().children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  const append = (text: string): void => {
    top().text += text;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.write(decode(bytes)).close();
  const root = document.children[0];
  if (root === undefined) throw malformed();
  return root;
}

/** The first child element of that name. */
export function xmlChild(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Every child element of that name, in order. */
export function xmlChildren(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child element of that name. */
export function xmlText(element: XmlElement, name: string): string | undefined {
  return xmlChild(element, name)?.text;
}

/**
 * AWS writes C0 controls as character references, though XML 1.0 has no such characters: that is why SDKs ask for
 * `encoding-type=url`. A carriage return must be a reference or parsers read it as a line feed.
 */
function controlReference(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16)};`;
}

const ENTITIES: readonly { readonly regex: RegExp; readonly val: string | ((text: string) => string) }[] = [
  { regex: /&/g, val: '&amp;' },
  { regex: /</g, val: '&lt;' },
  { regex: />/g, val: '&gt;' },
  { regex: /"/g, val: '&quot;' },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML cannot hold as they are.
  { regex: /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, val: controlReference },
];

const builderOptions = {
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  entities: ENTITIES,
};
const builder = new XmlBuilder(builderOptions);

/** An XML document with the declaration, one root element and, when given, its default namespace. */
export function buildXml(root: string, value: { readonly [element: string]: XmlValue }, namespace?: string): string {
  const body = namespace === undefined ? value : { '@_xmlns': namespace, ...value };
  return builder.build({ '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' }, [root]: body });
}
