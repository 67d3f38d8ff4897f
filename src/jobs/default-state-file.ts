import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Where Holdall keeps its own state: `$XDG_STATE_HOME/holdall/state.db`. A relative XDG_STATE_HOME counts as none, as XDG has it. */
export function defaultStateFile(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['XDG_STATE_HOME'] ?? ''
  return join(isAbsolute(given) ? given : join(env['HOME'] ?? homedir(), '.local', 'state'), 'holdall', 'state.db')
}
