import { useMemo, useRef } from 'react'
import { styleNonce } from '../app/theme.ts'
import classes from './preview.module.css'

/** What runs, loads or leads somewhere else; a preview does none of it. */
const GONE = 'script, link, meta, base, iframe, frame, object, embed, form, portal'
const ADDRESSES = [
  'src',
  'srcset',
  'href',
  'xlink:href',
  'action',
  'formaction',
  'ping',
  'poster',
  'background',
  'data',
]
/** Where a style waits until the frame is there: the page's policy takes none from the text itself. */
const STYLE = 'data-cauce-style'

/**
 * The HTML of an e-mail, without anything that runs, loads or leads away. The frame forbids scripts anyhow; this keeps what
 * somebody wrote from even asking for them, and from telling its sender that it was looked at.
 */
function inert(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const element of page.querySelectorAll(GONE)) element.remove()
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      const isPicture = name === 'src' && element.localName === 'img' && value.startsWith('data:image/')
      if (name.startsWith('on') || (ADDRESSES.includes(name) && !isPicture)) element.removeAttribute(name)
      if (name === 'href' && element.localName === 'a') element.setAttribute('title', value)
      if (name !== 'style') continue
      element.removeAttribute('style')
      element.setAttribute(STYLE, value)
    }
  }
  for (const style of page.querySelectorAll('style')) style.setAttribute('nonce', styleNonce())
  return `<!doctype html>${page.documentElement.outerHTML}`
}

/** An e-mail as its reader sees it, in a frame of its own where nothing runs. */
export function EmailFrame({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const text = useMemo(() => inert(html), [html])
  const dress = () => {
    const page = frame.current?.contentDocument
    if (!page || !frame.current) return
    for (const element of page.querySelectorAll<HTMLElement>(`[${STYLE}]`))
      element.style.cssText = element.getAttribute(STYLE) ?? ''
    frame.current.style.height = `${Math.min(page.documentElement.scrollHeight, 900)}px`
  }
  return (
    // Of the same origin, so that it can be dressed and measured from here; without scripts, so that nothing in it can look out.
    <iframe
      ref={frame}
      className={classes.frame}
      title={title}
      sandbox="allow-same-origin"
      srcDoc={text}
      onLoad={dress}
    />
  )
}
