import { hash } from 'node:crypto'
import { type Reader, shown, type ThreadMessage, threadItems } from '#conversations/links/thread.ts'
import { WORDS, type Words } from '#conversations/links/words.ts'
import type { Language } from '#platform/http/language.ts'
import { mark } from '#platform/http/page-style.ts'
import { escapeHtml } from '#platform/liquid.ts'

/** Longest reply, in characters. */
export const MAX_REPLY = 8_000

/** `closed`: no reply box. `reopens`: closed, and a reply opens it again. */
export type ThreadState = 'open' | 'closed' | 'reopens'

export type ThreadPage = Reader & {
  brand: string | null
  messages: readonly ThreadMessage[]
  /** True if the thread has messages before the first of these. */
  cut: boolean
  /** True if these are not the last messages of the thread. */
  older: boolean
  state: ThreadState
  /** Path of the link, without a slash at the end: forms post below it. */
  path: string
  /** Proof that a post comes from this page. */
  page: string
  /** Names the form: the same text sent twice from it is one reply. */
  form: string
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
header svg{flex:none;width:56px;height:28px;color:var(--teal)}
h1{font-size:20px;line-height:1.3;margin:0;font-weight:600;overflow-wrap:anywhere}
main{flex:1;min-height:0;overflow-y:auto;display:flex;flex-direction:column-reverse}
.thread{margin-bottom:auto;padding-bottom:20px}
ol{list-style:none;margin:0;padding:0;display:flex;flex-direction:column;gap:12px}
.day{align-self:center;font-size:13px;color:var(--quiet);padding:8px 0 0}
.m{max-width:86%;padding:10px 14px;border-radius:8px;background:var(--soft);overflow-wrap:anywhere}
.m p{margin:0;white-space:pre-wrap;unicode-bidi:plaintext}
.m small{display:block;margin-top:4px;font-size:13px;color:var(--quiet);font-variant-numeric:tabular-nums}
.patient{align-self:flex-end;background:var(--teal);color:var(--on-teal)}
.patient small{color:inherit;opacity:.9}
.system{align-self:stretch;max-width:none;background:none;padding:4px 14px;border-left:3px solid var(--amber);border-radius:0}
.cut,.empty{color:var(--quiet);font-size:14px;text-align:center;margin:8px 0 16px}
.empty{padding:48px 0}
ol:not(:empty)+.empty{display:none}
a{color:var(--teal)}
.cut a,.note a{display:inline-block;padding:10px 12px}
footer{background:var(--surface);border-top:1px solid var(--line)}
form,.note{padding-top:12px;padding-bottom:16px}
.note p{margin:0}.note.more{text-align:center}.note strong{display:block}
form{display:flex;flex-direction:column;gap:8px}
label{font-size:14px;color:var(--quiet)}
textarea{width:100%;min-height:76px;max-height:40vh;resize:vertical;padding:10px 12px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--quiet);border-radius:8px}
textarea::placeholder{color:var(--quiet);opacity:1}
button{align-self:flex-end;min-height:44px;padding:0 20px;font:inherit;font-weight:600;color:var(--on-teal);background:var(--teal);border:0;border-radius:8px;cursor:pointer}
button:hover{background:var(--hover)}
:focus-visible{outline:3px solid var(--teal);outline-offset:2px}
[role=status],[role=alert]{margin:0;font-size:14px}[role=alert]{color:var(--brick)}
.plain{display:flex;flex:1;flex-direction:column;justify-content:center;gap:12px;padding-top:48px;padding-bottom:96px}
.plain svg{width:64px;height:32px;color:var(--teal)}
.plain h1{font-size:28px}.plain p{margin:0;max-width:46ch;color:var(--quiet)}
@media (max-width:480px){button{align-self:stretch}}
@media (max-height:480px){body{height:auto}main{display:block;overflow:visible}}
`

// The opened page says so itself: fetching it (a preview, a scanner) is no visit. While it is seen it asks for what is
// new: after 4 s, more seldom while nothing comes (30 s), and for an hour at most. Without script it is loaded again.
const SCRIPT = `
var b=document.body.dataset;
if(b.visit){fetch(b.visit,{method:"POST",credentials:"same-origin",keepalive:true,headers:{"content-type":"application/x-www-form-urlencoded"},body:"page="+encodeURIComponent(b.page)}).catch(function(){})}
function local(){document.querySelectorAll("time[data-local]").forEach(function(t){t.textContent=new Date(t.dateTime).toLocaleTimeString(document.documentElement.lang,{hour:"numeric",minute:"2-digit",hourCycle:"h23"})})}
local();
var f=document.querySelector("form");if(f){f.addEventListener("submit",function(e){if(f.dataset.sent){e.preventDefault();return}f.dataset.sent="1"});addEventListener("pageshow",function(){delete f.dataset.sent})}
if(b.live){
var wait,end,timer,box=document.getElementById("text");
var later=function(){clearTimeout(timer);if(!document.hidden&&Date.now()<end)timer=setTimeout(look,wait)};
var slower=function(by,most){wait=Math.min(wait*by,most);later()};
var look=function(){fetch(b.live+"?after="+b.last,{credentials:"same-origin"}).then(function(r){
if(!r.ok){if(r.status===429||r.status>499)slower(2,12e4);return}
return r.json().then(function(a){
if(a.state!==b.state&&!(box&&box.value)){location.replace(b.path);return}
if(a.html){document.querySelector("ol").insertAdjacentHTML("beforeend",a.html);b.last=a.last;local();begin()}else slower(1.25,3e4)})
}).catch(function(){slower(2,12e4)})};
var begin=function(){wait=4e3;end=Date.now()+36e5;later()};
document.addEventListener("visibilitychange",function(){clearTimeout(timer);if(!document.hidden){begin();look()}});
begin()}
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

function shell(language: Language, title: string, body: string, attributes = ''): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer"><title>${shown(title)}</title><style>${STYLE}</style></head><body${attributes}>${body}<script>${SCRIPT}</script></body></html>`
}

/** A page that only says why there is no conversation to see. */
export function plainPage({ language, kind }: PlainPage): string {
  const words = WORDS[language]
  const title = words[`${kind}Title`]
  return shell(
    language,
    title,
    `<div class="plain" role="main">${mark}<h1>${escapeHtml(title)}</h1><p>${escapeHtml(words[`${kind}Text`])}</p></div>`,
  )
}

/** The thread with its last message in view, and a box to reply. Every text of people is escaped. */
export function threadPage(page: ThreadPage): string {
  const words = WORDS[page.language]
  // A name may be of a script that is written the other way; it must not turn what stands around it.
  const title = page.brand === null ? words.title : words.withBrand(`\u2068${page.brand}\u2069`)
  const [first, last] = [page.messages[0]?.n ?? 0, page.messages.at(-1)?.n ?? 0]
  const path = escapeHtml(page.path)
  const earlier = page.cut
    ? `<p class="cut"><a href="${path}?before=${first}">${escapeHtml(words.earlier)}</a></p>`
    : ''
  const list = `${earlier}<ol>${threadItems(page.messages, page, words, null)}</ol><p class="empty">${escapeHtml(words.empty)}</p>`
  const again = page.older
    ? ''
    : `<noscript><p class="cut"><a href="${path}">${escapeHtml(words.again)}</a></p></noscript>`
  const body = `<header>${mark}<h1>${shown(title)}</h1></header><main><div class="thread" role="log">${list}${again}</div></main><footer>${foot(page, words)}</footer>`
  const live = page.older
    ? ''
    : ` data-live="${path}/messages" data-last="${last}" data-state="${page.state}" data-path="${path}"`
  return shell(page.language, title, body, ` data-visit="${path}/visit" data-page="${escapeHtml(page.page)}"${live}`)
}

function foot(page: ThreadPage, words: Words): string {
  if (page.older) {
    return `<div class="note more"><p><a href="${escapeHtml(page.path)}">${escapeHtml(words.latest)}</a></p></div>`
  }
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
  return `<form method="post" action="${escapeHtml(page.path)}/reply">${page.notice === null ? '' : notices[page.notice]}${hint}<input type="hidden" name="page" value="${escapeHtml(page.page)}"><input type="hidden" name="form" value="${escapeHtml(page.form)}"><label for="text">${escapeHtml(words.label)}</label><textarea id="text" name="text" dir="auto" required maxlength="${MAX_REPLY}" placeholder="${escapeHtml(words.placeholder)}">${escapeHtml(page.draft)}</textarea><button>${escapeHtml(words.send)}</button></form>`
}
