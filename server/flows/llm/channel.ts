import {
  type Attempt,
  attemptOfAnswer,
  type Channel,
  cleaned,
  type HttpAnswer,
  outgoingHttp,
  type Prepared,
} from '#deliveries/index.ts'
import { isStrict } from '#flows/llm/strict.ts'
import { flowSettings } from '#flows/settings.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import { storable } from '#platform/storable.ts'

/** `DeliveryDraft.request` of the channel. */
export type LlmDelivery = { prompt: string; schema: Json; maxTokens: number }

export const LLM_CHANNEL = 'llm'

const KEEP_BYTES = 65_536
/** Of what a provider says about a request that it refused. */
const MOST_SAID = 300
/** Statuses that may be different the next time (contracts: OpenAI-compatible, errors). */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

type PreparedLlm = Prepared & { body: string }

/** What a model said, as the node hears of it. */
export type LlmAnswer = { content: string; finishReason: string | null; model: string | null; tokens: number | null }

/**
 * Asks a language model: one request, not streamed. Nothing of the key is in the delivery; it is read when the request
 * leaves.
 */
export function llmChannel(runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>): Channel<PreparedLlm> {
  const { LLM_URL, LLM_MODEL, LLM_API_KEY, LLM_PROVIDER, LLM_TIMEOUT_SECONDS } = runtime.settings.of(flowSettings)
  const http = outgoingHttp(runtime)
  const url = `${(LLM_URL ?? '').replace(/\/+$/, '')}/chat/completions`
  const longest = tokensField(LLM_PROVIDER, LLM_URL)
  const headers = {
    'user-agent': 'Cauce',
    'content-type': 'application/json',
    ...(LLM_API_KEY === undefined ? {} : { authorization: `Bearer ${LLM_API_KEY}` }),
  }
  return {
    name: LLM_CHANNEL,
    schedule: [3_000, 10_000],
    timeoutMs: LLM_TIMEOUT_SECONDS * 1_000,
    awaited: true,
    prepare: async (rows) =>
      rows.map(({ request }) => ({
        summary: `POST ${url}`,
        body: JSON.stringify(bodyOf(request as unknown as LlmDelivery, LLM_MODEL, longest)),
      })),
    async send({ body }, delivery, signal) {
      if (LLM_URL === undefined) return { verdict: 'permanent', error: 'LLM_URL is not set' }
      const answer = cleaned(
        await http.request(
          {
            method: 'POST',
            url,
            headers: { ...headers, 'idempotency-key': delivery.id },
            body,
            sameOrigin: true,
            keepBytes: KEEP_BYTES,
          },
          signal,
        ),
        LLM_API_KEY === undefined ? [] : [LLM_API_KEY],
      )
      const attempt = attemptOfAnswer(answer, runtime.clock.wall())
      if (attempt.verdict !== 'delivered') {
        const why = reasonIn(answer.body)
        const error =
          why === ''
            ? `the language model answered ${answer.status}`
            : `the language model answered ${answer.status}: ${why}`
        return { ...attempt, error, ...(PASSING.has(answer.status) ? {} : { verdict: 'permanent' }) }
      }
      return said(attempt, answer)
    },
  }
}

type TokensField = 'max_tokens' | 'max_completion_tokens'

/** What OpenAI and Azure call it now, and what everybody else does (contracts: OpenAI-compatible, request). */
function tokensField(provider: 'auto' | 'openai' | 'compatible', url: string | undefined): TokensField {
  const host = url === undefined ? '' : new URL(url).hostname
  const isOpenAi = provider === 'openai' || (provider === 'auto' && /(^|\.)openai\.(azure\.)?com$/.test(host))
  return isOpenAi ? 'max_completion_tokens' : 'max_tokens'
}

function bodyOf({ prompt, schema, maxTokens }: LlmDelivery, model: string, longest: TokensField): Json {
  return {
    model,
    messages: [{ role: 'user', content: prompt }],
    [longest]: maxTokens,
    stream: false,
    ...(schema === null
      ? {}
      : {
          response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: isStrict(schema), schema } },
        }),
  }
}

/** Why a provider refuses: a bad schema, too long a prompt, no such model, no quota. Some gateways say it with a 200. */
function reasonIn(body: string): string {
  try {
    const message = (JSON.parse(body) as { error?: { message?: unknown } } | null)?.error?.message
    return typeof message === 'string' ? storable(message.trim(), MOST_SAID) : ''
  } catch {
    return ''
  }
}

function said(attempt: Attempt, { status, body, truncated }: HttpAnswer): Attempt {
  if (truncated) return { ...attempt, verdict: 'permanent', error: 'the answer of the language model is too long' }
  const answer = answerIn(body)
  if (answer === null) {
    const why = reasonIn(body)
    const error =
      why === '' ? 'the language model answered no completion' : `the language model answered ${status}: ${why}`
    return { ...attempt, verdict: 'permanent', error }
  }
  if ('refusal' in answer) {
    const error = `the language model refused: ${storable(answer.refusal.trim(), MOST_SAID)}`
    return { ...attempt, body: '', verdict: 'permanent', error }
  }
  // The attempt log keeps no answers to prompts: they may hold what people said.
  return { ...attempt, body: '', outcome: answer as unknown as Json }
}

type Completion = {
  model?: unknown
  choices?: { message?: { content?: unknown; refusal?: unknown }; finish_reason?: unknown }[]
  usage?: { total_tokens?: unknown }
}

/**
 * The text of a completion; what a model thought on the way is never shown. Asked for an answer by a strict schema a model
 * says apart from it why it gives none (OpenAI, structured outputs: `refusal`).
 */
function answerIn(body: string): LlmAnswer | { refusal: string } | null {
  let parsed: Completion | null
  try {
    parsed = JSON.parse(body) as Completion | null
  } catch {
    return null
  }
  const choice = Array.isArray(parsed?.choices) ? parsed.choices[0] : undefined
  const content = choice?.message?.content
  const refusal = choice?.message?.refusal
  if (typeof refusal === 'string' && refusal.trim() !== '') return { refusal }
  if (typeof content !== 'string') return null
  const { model, usage } = parsed ?? {}
  const tokens = usage?.total_tokens
  return {
    content,
    finishReason: typeof choice?.finish_reason === 'string' ? choice.finish_reason : null,
    model: typeof model === 'string' ? model : null,
    tokens: typeof tokens === 'number' ? tokens : null,
  }
}
