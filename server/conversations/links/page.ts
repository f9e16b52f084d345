import { hash } from 'node:crypto'
import type { Author } from '#conversations/encounters/encounter.ts'
import { WORDS, type Words } from '#conversations/links/words.ts'
import type { Language } from '#platform/http/language.ts'
import { escapeHtml } from '#platform/liquid.ts'

/** Longest reply, in characters. */
export const MAX_REPLY = 8_000

export type ThreadMessage = { from: Author; text: string; at: number }

export type ThreadPage = {
  language: Language
  /** The person's zone; null: the browser shows times in its own. */
  timeZone: string | null
  brand: string | null
  messages: readonly ThreadMessage[]
  /** True if the thread has messages before the first of these. */
  cut: boolean
  /** `closed`: no reply box. `reopens`: closed, and a reply opens it again. */
  state: 'open' | 'closed' | 'reopens'
  /** Path of the link, without a slash at the end: forms post below it. */
  path: string
  /** Proof that a post comes from this page. */
  page: string
  notice: 'sent' | 'emptyReply' | 'longReply' | 'busy' | null
  /** What the person wrote and we could not take. */
  draft: string
}

/** A page with nothing but a title and a sentence. */
export type PlainPage = { language: Language; kind: 'expired' | 'used' | 'invalid' }

// The thread stands in a reversed column: without any script its scroll begins at the last message.
const STYLE = `
:root{color-scheme:light dark;--ink:#10242b;--paper:#fbfaf7;--surface:#fff;--soft:#eef1ee;--quiet:#52636b;--line:#dde2df;--teal:#0f7b7f;--hover:#0b6468;--on-teal:#fff;--amber:#8a5306;--brick:#b5412f}
@media (prefers-color-scheme:dark){:root{--ink:#e6ecea;--paper:#0e181c;--surface:#16242a;--soft:#1c2d34;--quiet:#9fb0b5;--line:#2a3b42;--teal:#3fb3b0;--hover:#5cc6c2;--on-teal:#06191b;--amber:#e9b267;--brick:#f0937f}}
*{box-sizing:border-box}
html{height:100%;-webkit-text-size-adjust:100%}
body{margin:0;height:100%;height:100dvh;display:flex;flex-direction:column;background:var(--paper);color:var(--ink);font:16px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,.thread,.plain,footer>*{width:100%;max-width:680px;margin:0 auto;padding:0 16px}
header{display:flex;align-items:center;gap:12px;padding-top:20px;padding-bottom:12px}
header svg{flex:none;width:32px;height:32px;color:var(--teal)}
h1{font-size:20px;line-height:1.3;margin:0;font-weight:600;overflow-wrap:anywhere}
main{flex:1;min-height:0;overflow-y:auto;display:flex;flex-direction:column-reverse}
.thread{margin-bottom:auto;padding-bottom:20px}
ol{list-style:none;margin:0;padding:0;display:flex;flex-direction:column;gap:12px}
.day{align-self:center;font-size:13px;color:var(--quiet);padding:8px 0 0}
.m{max-width:86%;padding:10px 14px;border-radius:8px;background:var(--soft);overflow-wrap:anywhere}
.m p{margin:0;white-space:pre-wrap}
.m small{display:block;margin-top:4px;font-size:13px;color:var(--quiet);font-variant-numeric:tabular-nums}
.patient{align-self:flex-end;background:var(--teal);color:var(--on-teal)}
.patient small{color:inherit;opacity:.9}
.system{align-self:stretch;max-width:none;background:none;padding:4px 14px;border-left:3px solid var(--amber);border-radius:0}
.cut,.empty{color:var(--quiet);font-size:14px;text-align:center;margin:8px 0 16px}
.empty{padding:48px 0}
footer{background:var(--surface);border-top:1px solid var(--line)}
form,.note{padding-top:12px;padding-bottom:16px}
.note p{margin:0}.note strong{display:block}
form{display:flex;flex-direction:column;gap:8px}
label{font-size:14px;color:var(--quiet)}
textarea{width:100%;min-height:76px;max-height:40vh;resize:vertical;padding:10px 12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--quiet);border-radius:8px}
textarea::placeholder{color:var(--quiet);opacity:1}
button{align-self:flex-end;min-height:44px;padding:0 20px;font:inherit;font-weight:600;color:var(--on-teal);background:var(--teal);border:0;border-radius:8px;cursor:pointer}
button:hover{background:var(--hover)}
:focus-visible{outline:3px solid var(--teal);outline-offset:2px}
[role=status],[role=alert]{margin:0;font-size:14px}[role=alert]{color:var(--brick)}
.plain{display:flex;flex:1;flex-direction:column;justify-content:center;gap:12px;padding-top:48px;padding-bottom:96px}
.plain svg{width:48px;height:48px;color:var(--teal)}
.plain h1{font-size:28px}.plain p{margin:0;max-width:46ch;color:var(--quiet)}
@media (max-width:480px){button{align-self:stretch}}
@media (max-height:480px){body{height:auto}main{display:block;overflow:visible}}
`

// The opened page says so itself: fetching it (a preview, a scanner) is no visit.
const SCRIPT = `
var b=document.body.dataset;
if(b.visit){fetch(b.visit,{method:"POST",credentials:"same-origin",keepalive:true,headers:{"content-type":"application/x-www-form-urlencoded"},body:"page="+encodeURIComponent(b.page)}).catch(function(){})}
document.querySelectorAll("time[data-local]").forEach(function(t){t.textContent=new Date(t.dateTime).toLocaleTimeString(document.documentElement.lang,{hour:"2-digit",minute:"2-digit"})})
var f=document.querySelector("form");if(f){f.addEventListener("submit",function(e){if(f.dataset.sent){e.preventDefault();return}f.dataset.sent="1"})}
`

const source = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`

/** Nothing from elsewhere, only this style and this script, forms only to ourselves, in nobody's frame. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${source(STYLE)}`,
  `script-src ${source(SCRIPT)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const MARK =
  '<svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true"><path d="M4 9c9 0 9 7 14 7s6-8 10-5-1 12-8 12S9 19 4 22"/></svg>'

function shell(language: Language, title: string, body: string, attributes = ''): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body${attributes}>${body}<script>${SCRIPT}</script></body></html>`
}

/** A page that only says why there is no conversation to see. */
export function plainPage({ language, kind }: PlainPage): string {
  const words = WORDS[language]
  const title = words[`${kind}Title`]
  return shell(
    language,
    title,
    `<div class="plain" role="main">${MARK}<h1>${escapeHtml(title)}</h1><p>${escapeHtml(words[`${kind}Text`])}</p></div>`,
  )
}

/** The thread with its last message in view, and a box to reply. Every text of people is escaped. */
export function threadPage(page: ThreadPage): string {
  const words = WORDS[page.language]
  const title = page.brand === null ? words.title : words.withBrand(page.brand)
  const list =
    page.messages.length === 0
      ? `<p class="empty">${escapeHtml(words.empty)}</p>`
      : `${page.cut ? `<p class="cut">… ${escapeHtml(words.earlier)}</p>` : ''}<ol>${thread(page, words)}</ol>`
  const body = `<header>${MARK}<h1>${escapeHtml(title)}</h1></header><main><div class="thread">${list}</div></main><footer>${foot(page, words)}</footer>`
  const attributes = ` data-visit="${escapeHtml(page.path)}/visit" data-page="${escapeHtml(page.page)}"`
  return shell(page.language, title, body, attributes)
}

function thread({ messages, language, timeZone }: ThreadPage, words: Words): string {
  const zone = timeZone ?? 'UTC'
  const day = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' })
  const time = new Intl.DateTimeFormat(language, { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  const who: Record<Author, string> = { patient: words.you, agent: words.us, bot: words.assistant, system: '' }
  let last = ''
  return messages
    .map(({ from, text, at }) => {
      const date = day.format(at)
      const separator = date === last ? '' : `<li class="day">${escapeHtml(date)}</li>`
      last = date
      const label = who[from] === '' ? '' : `${escapeHtml(who[from])} · `
      const local = timeZone === null ? ' data-local' : ''
      const stamp = `<small>${label}<time datetime="${new Date(at).toISOString()}"${local}>${time.format(at)}</time></small>`
      return `${separator}<li class="m ${from}"><p>${escapeHtml(text)}</p>${stamp}</li>`
    })
    .join('')
}

function foot(page: ThreadPage, words: Words): string {
  if (page.state === 'closed') {
    return `<div class="note"><p><strong>${escapeHtml(words.closedTitle)}</strong>${escapeHtml(words.closedText)}</p></div>`
  }
  const notices = {
    sent: `<p role="status">${escapeHtml(words.sent)}</p>`,
    emptyReply: `<p role="alert">${escapeHtml(words.emptyReply)}</p>`,
    longReply: `<p role="alert">${escapeHtml(words.longReply)}</p>`,
    busy: `<p role="alert"><strong>${escapeHtml(words.busyTitle)}.</strong> ${escapeHtml(words.busyText)}</p>`,
  }
  const hint = page.state === 'reopens' ? `<p role="status">${escapeHtml(words.closedHint)}</p>` : ''
  return `<form method="post" action="${escapeHtml(page.path)}/reply">${page.notice === null ? '' : notices[page.notice]}${hint}<input type="hidden" name="page" value="${escapeHtml(page.page)}"><label for="text">${escapeHtml(words.label)}</label><textarea id="text" name="text" required maxlength="${MAX_REPLY}" placeholder="${escapeHtml(words.placeholder)}">${escapeHtml(page.draft)}</textarea><button>${escapeHtml(words.send)}</button></form>`
}
