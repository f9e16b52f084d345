import { useEffect, useId, useRef } from 'react'
import classes from './preview.module.css'

/**
 * An e-mail as its reader sees it. What is written into a frame comes under this page's policy, which takes no style from texts;
 * so the program shows it, under a policy of its own by which nothing in it runs, loads or leads away.
 */
export function EmailFrame({ html, title }: { html: string; title: string }) {
  const form = useRef<HTMLFormElement>(null)
  const frame = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is sent again when the text is another
  useEffect(() => form.current?.submit(), [html])
  return (
    <>
      <form ref={form} method="post" action="/api/v1/inert-page" target={frame} hidden>
        <textarea name="html" value={html} readOnly />
      </form>
      <iframe className={classes.frame} name={frame} title={title} sandbox="" />
    </>
  )
}
