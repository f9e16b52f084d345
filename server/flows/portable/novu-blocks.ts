import { listOf, membersOf, textIn, wordsIn } from '#flows/portable/drawing.ts'
import { partsIn } from '#platform/liquid-parts.ts'

/*
 * E-mails that were written in the editor of Novu: blocks in each other, of which a page and its words are made here.
 */

type Members = { [name: string]: unknown }

/** A page and what it says without marks. `lost`: kinds of blocks that nothing was made of. */
export type Page = { html: string; words: string; lost: readonly string[] }

/** Deeper blocks are not read. */
const MOST_DEEP = 60

/** What blocks are in: the list that is gone through, by the name that its items have here. */
type Within = { depth: number; each: string; item: string }

/** @returns null where a body is not made of blocks that are known */
export function pageOf(body: unknown): Page | null {
  const read = typeof body === 'string' ? parsed(body) : body
  return Array.isArray(read) ? older(listOf(read)) : newer(membersOf(read))
}

function parsed(body: string): unknown {
  if (!/^\s*[[{]/.test(body)) return null
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** Of the editor of today: a document of Tiptap. */
function newer(document: Members): Page | null {
  if (document.type !== 'doc' || !Array.isArray(document.content)) return null
  const lost = new Set<string>()
  const made = inside(document, { depth: 0, each: '', item: '' }, lost)
  return { html: made.html, words: tidy(made.words), lost: [...lost] }
}

/** Of the first editor: texts, which are pages themselves, and buttons. */
function older(blocks: readonly Members[]): Page | null {
  if (blocks.length === 0 || !blocks.every(({ type }) => type === 'text' || type === 'button')) return null
  const parts = blocks.map(({ type, content, url }) => {
    const said = textIn(content)
    if (type === 'text') return { html: `<p>${said}</p>`, words: unescaped(wordsIn(said)) }
    return link(textIn(url), said)
  })
  return {
    html: parts.map(({ html }) => html).join(''),
    words: tidy(parts.map(({ words }) => words).join('\n')),
    lost: [],
  }
}

type Piece = { html: string; words: string }
const NOTHING: Piece = { html: '', words: '' }

const tidy = (words: string): string =>
  words
    .replace(/[^\S\n]{2,}/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
const SIGNS: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const unescaped = (text: string): string =>
  text.replace(/&(?:nbsp|amp|lt|gt|quot);/g, (found) => (found === '&nbsp;' ? ' ' : (SIGN_OF[found] ?? found)))
const SIGN_OF = Object.fromEntries(Object.entries(SIGNS).map(([sign, written]) => [written, sign]))

/** A text for a page; what is put into it when it is sent stays as it is. */
function escaped(text: string): string {
  const plain = (part: string) => part.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign)
  let made = ''
  let from = 0
  for (const part of partsIn(text)) {
    made += plain(text.slice(from, part.index)) + part.text
    from = part.index + part.text.length
  }
  return made + plain(text.slice(from))
}

/** A value that is put in. Items of a list that is gone through are called by their name here. */
function outputOf(named: string, { each, item }: Within, fallback = ''): string {
  const plain = named.replace(/^\s*\{\{|\}\}\s*$/g, '').trim()
  if (plain === '') return ''
  const path =
    each !== '' && plain.startsWith(`${each}.`)
      ? `${item}${plain.slice(each.length)}`
      : item !== '' && /^current\b/.test(plain)
        ? plain.replace(/^current\b/, item)
        : plain
  return fallback === '' ? `{{ ${path} }}` : `{{ ${path} | default: ${JSON.stringify(fallback)} }}`
}

/** What an attribute says: a text, or the name of a value. */
const attribute = (attrs: Members, name: string, flag: string, within: Within): string =>
  attrs[flag] === true ? outputOf(textIn(attrs[name]), within) : textIn(attrs[name])

function link(to: string, said: string): Piece {
  if (to === '') return { html: `<p>${escaped(said)}</p>`, words: said }
  return {
    html: `<p><a href="${escaped(to)}">${escaped(said || to)}</a></p>`,
    words: said === '' ? to : `${said}: ${to}`,
  }
}

function inside({ content }: Members, within: Within, lost: Set<string>): Piece {
  if (within.depth >= MOST_DEEP) {
    if (Array.isArray(content) && content.length > 0) lost.add('…')
    return NOTHING
  }
  const parts = listOf(content).map((block) => shown(block, { ...within, depth: within.depth + 1 }, lost))
  return { html: parts.map(({ html }) => html).join(''), words: parts.map(({ words }) => words).join('') }
}

/** A block that was shown only where something held, is so here. */
function shown(block: Members, within: Within, lost: Set<string>): Piece {
  const made = pieceOf(block, within, lost)
  const asked = /^\{\{ (.*) \}\}$/.exec(outputOf(textIn(membersOf(block.attrs).showIfKey), within))?.[1]
  if (asked === undefined) return made
  return { html: `{% if ${asked} %}${made.html}{% endif %}`, words: `{% if ${asked} %}${made.words}{% endif %}` }
}

const MARKS: { readonly [mark: string]: string } = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
}

function marked(said: string, marks: unknown, within: Within): Piece {
  let html = escaped(said)
  let words = said
  for (const { type, attrs } of listOf(marks)) {
    const tag = Object.hasOwn(MARKS, textIn(type)) ? MARKS[textIn(type)] : undefined
    if (tag !== undefined) html = `<${tag}>${html}</${tag}>`
    if (type !== 'link') continue
    const to = attribute(membersOf(attrs), 'href', 'isUrlVariable', within)
    if (to === '') continue
    html = `<a href="${escaped(to)}">${html}</a>`
    if (to !== said) words = `${words} (${to})`
  }
  return { html, words }
}

function pieceOf(block: Members, within: Within, lost: Set<string>): Piece {
  const attrs = membersOf(block.attrs)
  const type = textIn(block.type)
  const wrapped = (tag: string, end = '\n'): Piece => {
    const { html, words } = inside(block, within, lost)
    return { html: `<${tag}>${html}</${tag}>`, words: `${words}${end}` }
  }
  switch (type) {
    case 'text':
      return marked(textIn(block.text), block.marks, within)
    case 'variable':
      return marked(
        outputOf(textIn(attrs.aliasFor) || textIn(attrs.id), within, textIn(attrs.fallback)),
        block.marks,
        within,
      )
    case 'hardBreak':
      return { html: '<br>', words: '\n' }
    case 'paragraph':
    case 'footer':
      return wrapped('p')
    case 'heading':
      return wrapped(`h${[1, 2, 3].includes(Number(attrs.level)) ? Number(attrs.level) : 2}`, '\n\n')
    case 'blockquote':
      return wrapped('blockquote')
    case 'bulletList':
      return wrapped('ul')
    case 'orderedList':
      return wrapped('ol')
    case 'listItem': {
      const { html, words } = inside(block, within, lost)
      return { html: `<li>${html}</li>`, words: `- ${words.trimEnd()}\n` }
    }
    case 'section':
    case 'columns':
    case 'column':
      return wrapped('div')
    case 'horizontalRule':
      return { html: '<hr>', words: '\n' }
    case 'spacer':
      return { html: '<br>', words: '\n' }
    case 'button': {
      const made = link(
        attribute(attrs, 'url', 'isUrlVariable', within),
        attribute(attrs, 'text', 'isTextVariable', within),
      )
      return { ...made, words: `${made.words}\n` }
    }
    case 'linkCard': {
      const made = link(textIn(attrs.link), textIn(attrs.title) || textIn(attrs.linkTitle))
      const description = textIn(attrs.description)
      if (description === '') return { ...made, words: `${made.words}\n` }
      return { html: `${made.html}<p>${escaped(description)}</p>`, words: `${made.words}\n${description}\n` }
    }
    case 'image':
    case 'inlineImage':
    case 'logo': {
      const from = attribute(attrs, 'src', 'isSrcVariable', within)
      if (from === '') return NOTHING
      const image = `<img src="${escaped(from)}" alt="${escaped(textIn(attrs.alt))}">`
      const to = attribute(attrs, 'externalLink', 'isExternalLinkVariable', within)
      return { html: to === '' ? image : `<a href="${escaped(to)}">${image}</a>`, words: '' }
    }
    case 'htmlCodeBlock': {
      const source = listOf(block.content)
        .map(({ text }) => textIn(text))
        .join('')
      return { html: source, words: `${unescaped(wordsIn(source))}\n` }
    }
    case 'repeat':
    case 'for':
      return repeated(block, attrs, within, lost)
    default:
      lost.add(type || '?')
      return NOTHING
  }
}

/** What is said of each item of a list. Those inside another are not read: their names depend on both. */
function repeated(block: Members, attrs: Members, within: Within, lost: Set<string>): Piece {
  const each = textIn(attrs.each)
    .replace(/\{\{|\}\}/g, '')
    .trim()
  if (each === '' || within.item !== '') {
    lost.add('repeat')
    return NOTHING
  }
  const { html, words } = inside(block, { ...within, each, item: 'item' }, lost)
  const most = Number(attrs.iterations)
  const begin = `{% for item in ${each}${Number.isInteger(most) && most > 0 ? ` limit: ${most}` : ''} %}`
  return { html: `${begin}${html}{% endfor %}`, words: `${begin}${words}{% endfor %}` }
}
