import { printable } from './printable.ts';

/** Fills `{name}` in a message; data is shown at most 200 characters long and without what changes a terminal. */
export function fillMessage(template: string, data: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (!Object.hasOwn(data, name)) return whole;
    const value = String(data[name]);
    return printable(value.length > 200 ? `${value.slice(0, 199)}…` : value);
  });
}
