import type { AwsResponse } from '../contract.ts';
import { buildXml, parseXml, type XmlElement, type XmlValue } from '../xml.ts';
import { malformedXml } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A 200 with an XML document in the namespace of S3. */
export function xmlAnswer(
  root: string,
  content: { readonly [element: string]: XmlValue },
  headers: Readonly<Record<string, string>> = {},
): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: buildXml(root, content, NAMESPACE),
  };
}

/** A 204 or 200 without content. */
export function emptyAnswer(status: 200 | 204, headers: Readonly<Record<string, string>> = {}): AwsResponse {
  return { status, headers };
}

/** The root element of a request's document. Throws MalformedXML when it is another one, or none. */
export function readDocument(bytes: Uint8Array, root: string): XmlElement {
  const element = parseXml(bytes);
  if (element.name !== root) throw malformedXml();
  return element;
}

/** An element as the builder takes it: what was put is given back. */
export function contentOf(element: XmlElement): XmlValue {
  if (element.children.length === 0) return element.text.trim();
  const content: Record<string, XmlValue> = Object.create(null);
  for (const child of element.children) {
    const same = element.children.filter((other) => other.name === child.name);
    content[child.name] = same.length === 1 ? contentOf(child) : same.map(contentOf);
  }
  return content;
}
