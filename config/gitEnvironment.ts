import { executablePath } from './env.js';

/**
 * A clean environment for git: nothing of ours leaks in, and neither the machine's nor a user's git settings act.
 * @param extra e.g. GIT_PROTOCOL, GIT_OBJECT_DIRECTORY, or what the hooks need
 */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: executablePath(),
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // Only when `extra` brings no settings of its own: repositories belong to whoever started the hub.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    ...extra,
  };
}
