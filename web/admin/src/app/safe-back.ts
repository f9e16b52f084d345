/** Only a path of ours: a link must not lead whoever has just signed in somewhere else. Browsers read `\\` as `/`, and skip tabs and line ends. */
export const safeBack = (back: string | undefined): string =>
  back !== undefined && /^\/(?![/\\])/.test(back.replaceAll(/[\t\r\n]/g, '')) ? back : '/'
