import { element, type Markup, markupText } from './markup.ts';

/** What a page may use: its own style and script, by their SHA-256 in base64, and nothing from anywhere. */
export interface PageCode {
  readonly style: string;
  readonly styleHash: string;
  readonly script?: string;
  readonly scriptHash?: string;
}

/** A whole page of HTML that needs nothing else and asks nobody. Style and script are the kit's own text; all else is escaped. */
export function htmlPage(title: string, code: PageCode, main: readonly Markup[]): string {
  const script = code.scriptHash === undefined ? '' : `script-src '${code.scriptHash}'; `;
  const policy = `default-src 'none'; style-src '${code.styleHash}'; ${script}base-uri 'none'; form-action 'none'`;
  const head = element('head', {}, [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, [title]),
  ]);
  const body = element('body', {}, [element('main', {}, main)]);
  const page = markupText(element('html', { lang: 'en' }, [head, body]), 'html');
  // They must reach the browser as they are hashed.
  const end = code.script === undefined ? '' : `<script>${code.script}</script>\n`;
  return `<!doctype html>\n${page.replace('</head>', () => `<style>${code.style}</style>\n</head>`).replace(/<\/body>\n<\/html>$/, () => `${end}</body>\n</html>`)}\n`;
}
