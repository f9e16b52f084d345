import { hash } from 'node:crypto'

/** The look of the pages that the server itself makes: paper and ink, one current, both themes; nothing is loaded. */
const pageStyle = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#10242b;--soft:#f1efe9;--current:#0f7b7f;--quiet:#56656d;--line:#dcd8ce}
@media(prefers-color-scheme:dark){:root{--paper:#0e181c;--ink:#e6ecea;--soft:#16232a;--current:#4fb3b3;--quiet:#9aa9b0;--line:#26363e}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 Inter,system-ui,sans-serif}
main{max-width:880px;margin:0 auto;padding:48px 20px 96px}
h1{font-size:28px;line-height:1.25;margin:16px 0 8px}
h2{font-size:20px;margin:48px 0 8px}
h3{font-size:14px;margin:16px 0 4px}
p{margin:8px 0}
a{color:var(--current)}
a:focus-visible,summary:focus-visible{outline:2px solid var(--current);outline-offset:2px;border-radius:4px}
.mark{width:64px;height:32px;color:var(--current)}
.quiet{color:var(--quiet);font-size:14px}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{background:var(--soft);border-radius:8px;padding:12px;overflow:auto;margin:8px 0}
details{background:var(--soft);border-radius:8px;margin:8px 0;padding:0 16px}
details pre{background:var(--paper)}
summary{cursor:pointer;padding:12px 0;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
summary code{font-weight:600;overflow-wrap:anywhere}
.method{color:var(--current);min-width:56px}
.what{color:var(--quiet);font-size:14px}
ul{padding-left:20px}
ul.plain{list-style:none;padding:0;margin:24px 0}
ul.plain li{padding:12px 0;border-top:1px solid var(--line)}
table{border-collapse:collapse;width:100%;font-size:14px}
td{padding:6px 12px 6px 0;vertical-align:top;border-top:1px solid var(--line)}
details>:last-child{margin-bottom:16px}
`

const styleHash = hash('sha256', pageStyle, 'base64')

/** The page may show its own style and nothing else: no script, no image from elsewhere, no form, no frame. */
export const pageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
}

/** A line that bends like a riverbed and comes back. */
export const mark = `<svg class="mark" viewBox="0 0 64 32" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" aria-hidden="true"><path d="M3 22C14 22 16 8 28 8s13 14 23 14c6 0 10-4 10-9s-4-8-8-8-7 3-7 6"/></svg>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] as string)

export const htmlPage = (lang: string, title: string, body: string): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${pageStyle}</style></head><body><main>${body}</main></body></html>`
