/** Whether somebody asks what a command does: that is no mistake, so it is answered on standard output with exit code 0. */
export const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')
