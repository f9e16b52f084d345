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

/** A tag with what stands in it; one that is cut off by a `>` in a value is only asked for in vain. */
const TAG = /<[a-z][^>]*>/gi

/** The policy of this page is asked about styles and handlers as soon as they are read, also of a page that is only looked into. */
const quiet = (tag: string): string =>
  tag.replace(/([\s"'/])style(\s*=)/gi, `$1${STYLE}$2`).replace(/([\s"'/])on(\w+\s*=)/gi, '$1data-on-$2')

/**
 * The HTML of an e-mail, without anything that runs, loads or leads away. The frame forbids scripts anyhow; this keeps what
 * somebody wrote from even asking for them, and from telling its sender that it was looked at.
 */
function inert(html: string): string {
  const dressed = html.replace(TAG, quiet).replace(/<style\b/gi, `<style nonce="${styleNonce()}"`)
  const page = new DOMParser().parseFromString(dressed, 'text/html')
  for (const element of page.querySelectorAll(GONE)) element.remove()
  for (const element of page.querySelectorAll('*'))
    for (const { name, value } of [...element.attributes]) {
      const isPicture = name === 'src' && element.localName === 'img' && value.startsWith('data:image/')
      if (name.startsWith('on') || name === 'style' || (ADDRESSES.includes(name) && !isPicture))
        element.removeAttribute(name)
      if (name === 'href' && element.localName === 'a') element.setAttribute('title', value)
    }
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
