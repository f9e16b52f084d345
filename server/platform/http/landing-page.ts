import { languageOf } from '#platform/http/language.ts'
import { escapeHtml, htmlPage, mark } from '#platform/http/page-style.ts'

const TEXTS = {
  es: {
    title: 'Cauce está en marcha',
    lead: 'Lleva cada conversación y cada evento por un solo cauce, nota quién se quedó en silencio y lo trae de vuelta.',
    admin: 'La administración no está construida aquí: <code>npm start</code> la construye.',
    docs: 'Referencia de la API',
    docsWhat: 'Todas las rutas, con lo que piden y lo que responden.',
    document: 'El mismo contenido para programas (OpenAPI 3.1).',
    ready: 'Lo que necesita para atender, y en qué estado está.',
    version: 'Versión',
  },
  en: {
    title: 'Cauce is running',
    lead: 'It carries every conversation and every event along one course, notices who went quiet and brings them back.',
    admin: 'The admin has not been built here: <code>npm start</code> builds it.',
    docs: 'API reference',
    docsWhat: 'Every route, what it takes and what it answers.',
    document: 'The same for programs (OpenAPI 3.1).',
    ready: 'What it needs to serve, and the state of each.',
    version: 'Version',
  },
} as const

/** What stands at `/` where the admin was not built: that it runs, and where to go from here. */
export function landingPage(acceptLanguage: string | undefined, version: string): string {
  const lang = languageOf(null, acceptLanguage)
  const text = TEXTS[lang]
  const link = (href: string, name: string, what: string) =>
    `<li><a href="${href}">${escapeHtml(name)}</a><br><span class="quiet">${escapeHtml(what)}</span></li>`
  return htmlPage(
    lang,
    'Cauce',
    `${mark}<h1>${text.title}</h1><p>${text.lead}</p><p>${text.admin}</p><ul class="plain">${link('/api/docs', text.docs, text.docsWhat)}${link('/api/openapi.json', '/api/openapi.json', text.document)}${link('/ready', '/ready', text.ready)}</ul><p class="quiet">${text.version} ${escapeHtml(version)}</p>`,
  )
}
