import { baseUrl, integer, oneOf, secretText, text } from '#platform/settings.ts'

export const flowSettings = {
  LLM_URL: baseUrl(
    'Base URL of a language model that speaks the OpenAI protocol, for `llm` nodes: `http://127.0.0.1:8080/v1`. A private address has to stand in CAUCE_WEBHOOK_ALLOW. Unset: `llm` nodes go the way `error`.',
  ),
  LLM_MODEL: text('Name of the model that is asked for.', 'local'),
  LLM_API_KEY: secretText('Key of the language model, sent as a bearer token.'),
  LLM_PROVIDER: oneOf(
    'How the longest answer is asked for: `openai` says `max_completion_tokens`, without which newer models of OpenAI refuse; `compatible` says `max_tokens`, as llama.cpp, vLLM, Ollama and others have it; `auto` goes by the host of `LLM_URL`.',
    'auto',
    ['auto', 'openai', 'compatible'],
  ),
  LLM_TIMEOUT_SECONDS: integer(
    'Seconds that the language model may take for one answer; of an answer that does not come the question is asked twice more.',
    60,
    { min: 1, max: 300 },
  ),
  CAUCE_FLOW_OVERDUE_MINUTES: integer(
    'Minutes by which a run may be late before the watchdog tells of it (`flow.runs_overdue`); it looks for them every five minutes.',
    5,
    { min: 1, max: 1_440 },
  ),
  CAUCE_FLOW_FAILURES: integer(
    'Failed runs of a flow within 15 minutes from which on the watchdog tells of them (`flow.failures_risen`), if they are five times what is usual too.',
    10,
    { min: 1, max: 100_000 },
  ),
  CAUCE_RUN_RETENTION_DAYS: integer(
    'Days for which runs that ended are kept, with their steps and approvals; a replay looks no further back.',
    90,
    { min: 1, max: 3_650 },
  ),
}
