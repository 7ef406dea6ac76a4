import { type XmlElement, type XmlValue, xmlText } from '../xml.ts';
import { malformedXml } from './errors.ts';
import type { PublicAccessBlock } from './store/types.ts';

/** A boolean in a document; false when it is left out. Throws MalformedXML. */
export function readBoolean(element: XmlElement, name: string): boolean {
  const text = xmlText(element, name)?.toLowerCase();
  if (text !== undefined && text !== 'true' && text !== 'false') throw malformedXml();
  return text === 'true';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html: what is left out is off. */
export function readPublicAccess(document: XmlElement): PublicAccessBlock {
  return {
    blockPublicAcls: readBoolean(document, 'BlockPublicAcls'),
    ignorePublicAcls: readBoolean(document, 'IgnorePublicAcls'),
    blockPublicPolicy: readBoolean(document, 'BlockPublicPolicy'),
    restrictPublicBuckets: readBoolean(document, 'RestrictPublicBuckets'),
  };
}

/** A public access block as the API shows it. */
export function publicAccessElement(block: PublicAccessBlock): { readonly [element: string]: XmlValue } {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  };
}
