import { SEVERITIES } from '../model/finding.ts';
import { MATRIX_COLORS, MATRIX_STYLE } from './audit-svg.ts';

/** The page's style; its hash stands in the page's policy, and a test compares them. */
export const AUDIT_STYLE = `${MATRIX_COLORS}${MATRIX_STYLE}
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.05rem; font-weight: 600; color: var(--dim); margin: 0; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; }
p, li, dd, td, th, summary, code { overflow-wrap: anywhere; }
a { color: var(--blue); }
code { font: .9em ui-monospace, monospace; }
ul { list-style: none; margin: 0; padding: 0; }
.answer { border: 1px solid var(--rule); border-left: .5rem solid var(--green); border-radius: .5rem; margin: 1rem 0; padding: 1rem 1.25rem; }
.answer strong { display: block; font-size: 1.5rem; line-height: 1.3; }
.answer.bad { border-left-color: var(--red); } .answer.open { border-left-color: var(--amber); }
.answer .undecided { color: var(--amber); font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
.facts dt { color: var(--dim); } .facts dd { margin: 0; min-width: 0; }
.counts { border: 0; display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; padding: 0; min-width: 0; }
.counts legend { color: var(--dim); font-size: .9rem; padding: 0 0 .35rem; }
.counts label { align-items: center; border: 1px solid var(--rule); border-radius: .5rem; cursor: pointer; display: flex; gap: .5rem; padding: .4rem .8rem; }
.counts b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.error, .security { color: var(--red); } .warning { color: var(--amber); } .suggestion { color: var(--blue); } .accepted { color: var(--dim); }
.overview { border-collapse: collapse; margin-top: 1rem; min-width: min(100%, 44rem); }
.overview th { font-weight: 400; text-align: left; }
.overview th, .overview td { border-bottom: 1px solid var(--rule); padding: .4rem .75rem .4rem 0; vertical-align: top; }
.quiet { color: var(--green); } .undecided { color: var(--amber); }
.box { border: 1px solid var(--rule); border-left: .35rem solid var(--amber); border-radius: .35rem; margin: .5rem 0; padding: .6rem .9rem; }
.box.calm { border-left-color: var(--rule); }
.finding { border: 1px solid var(--rule); border-left: .35rem solid currentColor; border-radius: .35rem; margin: .5rem 0; }
.finding > details { color: var(--ink); }
.finding summary { cursor: pointer; padding: .6rem .9rem; }
.finding .facts { border-top: 1px solid var(--rule); padding: .6rem .9rem; }
.tag { border: 1px solid currentColor; border-radius: 1rem; display: inline-block; font-size: .8rem; font-weight: 600; line-height: 1.4; margin-right: .35rem; padding: 0 .55rem; }
.new { color: var(--purple); }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: .5rem 0 1rem; }
.legend li { align-items: center; display: flex; gap: .5rem; }
.panels { display: flex; flex-wrap: wrap; gap: 2rem 3rem; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
.scroll { overflow-x: auto; max-width: 100%; padding-bottom: .25rem; }
.symbols { position: absolute; width: 0; height: 0; }
svg { display: block; }
.cells { border-collapse: collapse; font-size: .9rem; margin: .75rem 0; }
.cells caption { font-weight: 600; padding: .5rem 0; text-align: left; }
.cells th, .cells td { border: 1px solid var(--rule); max-width: 22rem; min-width: 7rem; padding: .3rem .6rem; text-align: left; vertical-align: top; }
.cells tbody th { font-weight: 400; } .cells .group { background: var(--stripe); font-weight: 600; }
.cells p { color: var(--dim); font-size: .85rem; }
footer { border-top: 1px solid var(--rule); color: var(--dim); font-size: .9rem; margin-top: 3rem; padding-top: .75rem; }
${SEVERITIES.map((severity) => `body:has(#show-${severity}:not(:checked)) .finding.${severity}`).join(', ')} { display: none; }
@media (max-width: 40rem) {
  main { padding: 1rem .75rem 2rem; }
  .answer strong { font-size: 1.25rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
  .overview, .overview tbody, .overview tr, .overview th, .overview td { display: block; }
  .overview th { border: 0; padding-bottom: 0; }
}
@media print {
  :root { --ink: #000; --dim: #444; --paper: #fff; --rule: #bbb; --stripe: #f2f2f2;
    --green: #1b6e2d; --red: #b3261e; --purple: #7b1fa2; --amber: #8a5300; --blue: #1a5fb4; --on: #fff; color-scheme: light; }
  body { font-size: 11pt; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .counts input { display: none; } .finding, .box { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; } figure svg { height: auto; max-width: 100%; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
}
`;

/** Opens everything for the printer where the browser does not do so by style, and closes it again. */
export const AUDIT_SCRIPT = `
const closed = [];
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details:not([open])')) { closed.push(details); details.open = true; }
});
addEventListener('afterprint', () => { for (const details of closed.splice(0)) details.open = false; });
`;

/** SHA-256 of style and script in base64. */
export const AUDIT_HASHES = {
  style: 'sha256-ZxUTW/1CJF+h/Ly6D+p+Bmn4Zm9M0vTtDy1M0QzFOD4=',
  script: 'sha256-k/GH30Yx6NngKA2xZtaiuYNxmGN4d3typ6+WcgC9WcM=',
} as const;
