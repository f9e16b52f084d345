import { baseUrl, secretText, text } from '#platform/settings.ts'

export const flowSettings = {
  LLM_URL: baseUrl(
    'Base URL of a language model that speaks the OpenAI protocol, for `llm` nodes: `http://127.0.0.1:8080/v1`. A private address has to stand in CAUCE_WEBHOOK_ALLOW. Unset: `llm` nodes go the way `error`.',
  ),
  LLM_MODEL: text('Name of the model that is asked for.', 'local'),
  LLM_API_KEY: secretText('Key of the language model, sent as a bearer token.'),
}
