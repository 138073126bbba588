import { spawn } from 'node:child_process';
import type { Environment } from '../config/config.ts';

/**
 * Shows an address in the user's browser.
 *
 * @returns false when there is none: no program, or no screen it could open a window on.
 */
export async function openBrowser(url: string, env: Environment): Promise<boolean> {
  const command = browserOf(env);
  if (!command) return false;
  const [program, ...args] = command;
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore', env: env as NodeJS.ProcessEnv });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

function browserOf({ BROWSER, DISPLAY, WAYLAND_DISPLAY }: Environment): [string, ...string[]] | undefined {
  if (BROWSER) return [BROWSER];
  switch (process.platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
  }
}
