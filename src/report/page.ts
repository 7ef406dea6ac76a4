import { element, type Markup, markupText } from './markup.ts';

/** What a page may use: its own style and script, by their SHA-256 in base64, and nothing from anywhere. */
export interface PageCode {
  readonly style: string;
  readonly styleHash: string;
  readonly script?: { readonly text: string; readonly hash: string };
}

/** A whole page of HTML that needs nothing else and asks nobody. Style and script are the kit's own text; all else is escaped. */
export function htmlPage(title: string, code: PageCode, main: readonly Markup[]): string {
  return `${pageStart(title, code)}${main.map((one) => markupText(one, 'html')).join('\n')}\n${pageEnd(code)}`;
}

/** A page up to its content, for one that is written in pieces. */
export function pageStart(title: string, { style, styleHash, script }: PageCode): string {
  const scripts = script === undefined ? '' : `script-src '${script.hash}'; `;
  const policy = `default-src 'none'; style-src '${styleHash}'; ${scripts}base-uri 'none'; form-action 'none'`;
  const head = element('head', {}, [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, [title]),
  ]);
  // The style must reach the browser as it is hashed, and so must the script.
  const text = markupText(head, 'html').replace('</head>', () => `<style>${style}</style>\n</head>`);
  return `<!doctype html>\n<html lang="en">\n${text}\n<body>\n<main>\n`;
}

/** What comes after its content. */
export function pageEnd({ script }: PageCode): string {
  return `</main>\n${script === undefined ? '' : `<script>${script.text}</script>\n`}</body>\n</html>\n`;
}
