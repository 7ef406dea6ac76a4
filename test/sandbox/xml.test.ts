import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildXml, parseXml, xmlChild, xmlChildren, xmlText } from '../../src/sandbox/xml.ts';

const read = (text: string | Uint8Array) => parseXml(typeof text === 'string' ? Buffer.from(text) : text);

describe('reading XML', () => {
  it('gives elements, text and attributes, whatever the namespace prefix', () => {
    const root = read(
      '<?xml version="1.0"?><s:A xmlns:s="urn:x" xmlns:xsi="urn:i"><s:B xsi:type="t">1 &amp; 2</s:B><s:B><![CDATA[<]]></s:B></s:A>',
    );
    expect(root.name).toBe('A');
    expect(xmlChildren(root, 'B').map((child) => child.text)).toEqual(['1 & 2', '<']);
    expect(xmlChild(root, 'B')?.attributes['xsi:type']).toBe('t');
    expect(xmlText(root, 'C')).toBeUndefined();
  });

  const bombs: readonly (readonly [string, string | Uint8Array])[] = [
    ['nothing', ''],
    ['text', 'hello'],
    ['an open element', '<A><B></A>'],
    ['two roots', '<A/><A/>'],
    ['a DOCTYPE', '<!DOCTYPE A><A/>'],
    ['an entity bomb', '<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><A>&b;</A>'],
    ['an external entity', '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>'],
    ['an undeclared entity', '<A>&x;</A>'],
    ['33 levels', '<A>'.repeat(33) + '</A>'.repeat(33)],
    ['100,000 levels', '<A>'.repeat(100_000)],
    ['1 MiB and more', `<A>${'x'.repeat(1024 * 1024)}</A>`],
    ['a million attributes', `<A ${Array.from({ length: 90_000 }, (_, index) => `a${index}="" `).join('')}`],
    ['Latin-1', Uint8Array.from([0x3c, 0x41, 0x3e, 0xe9, 0x3c, 0x2f, 0x41, 0x3e])],
    ['UTF-16', Buffer.from('<A/>', 'utf16le')],
    ['a NUL', '<A>\u0000</A>'],
  ];
  it.each(bombs)('refuses %s', (_what, text) => {
    const began = performance.now();
    expect(() => read(text)).toThrow(expect.objectContaining({ name: 'AwsError', code: 'MalformedXML', status: 400 }));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('takes 32 levels', () => {
    expect(read('<A>'.repeat(32) + '</A>'.repeat(32)).name).toBe('A');
  });

  it('throws nothing but MalformedXML on any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `<A>${text}</A>`),
          fc.string().map((text) => `<A ${text}/>`),
        ),
        (text) => {
          try {
            read(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'MalformedXML' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('writing XML', () => {
  it('repeats lists, leaves out what is undefined, and writes attributes', () => {
    expect(buildXml('A', { B: ['x', 2, true], C: undefined, D: { '@_xsi:type': 'T', E: '' } }, 'urn:n')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><A xmlns="urn:n"><B>x</B><B>2</B><B>true</B><D xsi:type="T"><E></E></D></A>',
    );
  });

  it('gives back every text that XML can hold', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 50 })
      .filter((value) => Buffer.from(value).toString() === value);
    fc.assert(
      fc.property(text, (value) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to hold these.
        if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value)) return;
        expect(xmlText(read(buildXml('A', { B: value })), 'B')).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no text become markup', () => {
    expect(buildXml('A', { B: '</B><Evil/>&amp;]]>"\'' })).toContain('<B>&lt;/B&gt;&lt;Evil/&gt;&amp;amp;]]&gt;&quot;');
    expect(buildXml('A', { B: 'a\r\u0001b' })).toContain('<B>a&#xd;&#x1;b</B>');
  });
});
