import { MantineProvider, type MantineThemeOverride } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { type Language, LanguageContext, startLanguage, useSpokenLanguage } from './language.ts'
import { queries, router, startPage } from './router.tsx'
import { schemes, styleNonce, themeFor, variables } from './theme.ts'

startLanguage()
startPage()
// For the style that keeps the page still behind a dialogue.
setNonce(styleNonce())

const themes: Record<Language, MantineThemeOverride> = { es: themeFor('es'), en: themeFor('en') }

export function App() {
  const language = useSpokenLanguage()
  return (
    <MantineProvider
      theme={themes[language]}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
      cssVariablesResolver={variables}
      getStyleNonce={styleNonce}
    >
      <LanguageContext value={language}>
        <QueryClientProvider client={queries}>
          {/* Above they lie over the name and the acts of what is open. */}
          <Notifications position="bottom-center" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageContext>
    </MantineProvider>
  )
}
