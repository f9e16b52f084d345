import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The program that answers while developing: `npm start`, then `npm run dev -w cauce-admin`. */
const PROGRAM = process.env.CAUCE_ADMIN_PROGRAM ?? 'http://127.0.0.1:8080'
const proxied = ['/api', '/backoffice', '/notifications/me', '/notifications/read', '/ready', '/health']

export default defineConfig({
  plugins: [react()],
  build: {
    // Fonts and pictures stay files: the page's policy allows none that is written into a style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, { target: PROGRAM, changeOrigin: true }])) },
})
