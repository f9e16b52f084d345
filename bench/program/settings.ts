export const API_KEY = 'bench-0123456789abcdef0123456789abcdef'

/** Settings of a program that is measured: its own database with fsync on, receivers on this machine allowed. */
export const settingsOf = (dataDir: string, port: number): Record<string, string> => ({
  DATABASE_URL: '',
  HOST: '127.0.0.1',
  PORT: String(port),
  CAUCE_DATA_DIR: dataDir,
  CAUCE_API_KEY: API_KEY,
  CAUCE_ADMIN_PASSWORD: API_KEY,
  CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8',
  CAUCE_LOG_LEVEL: 'warn',
  CAUCE_REQUESTS_PER_MINUTE: '0',
})
