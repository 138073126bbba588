import { CliFailure } from '../failures.ts';
import { type Environment, findApiKey, findApiUrl, noKey, type Resolved } from './config.ts';
import { findProfile, type Profile } from './profiles.ts';

/** Where the server is and the key for it, with what `octavus login` has kept. Variables of the environment come first. */
export interface Settings {
  /** @throws CliFailure when the setting is no address. */
  apiUrl(): Resolved;
  /**
   * A profile's key is for that profile's server: with another address it is not used.
   *
   * @throws CliFailure as `apiUrl` does.
   */
  apiKey(): Resolved | undefined;
  /** @throws CliFailure CONFIG_ERROR when there is none. */
  requireApiKey(): string;
}

/** @param option `--api-url`. */
export function createSettings(env: Environment, option?: string): Settings {
  let profile: Profile | undefined | 'unread' = 'unread';
  const readProfile = () => {
    if (profile === 'unread') profile = findProfile(env);
    return profile;
  };

  const apiUrl = (): Resolved => {
    const found = findApiUrl(env, option);
    const kept = found.origin === 'default' ? readProfile() : undefined;
    return kept ? { value: kept.apiUrl, origin: originOf(kept) } : found;
  };

  const apiKey = (): Resolved | undefined => {
    const found = findApiKey(env);
    if (found) return found;
    const kept = readProfile();
    return kept && kept.apiUrl === apiUrl().value ? { value: kept.apiKey, origin: originOf(kept) } : undefined;
  };

  return {
    apiUrl,
    apiKey,
    requireApiKey: () => {
      const found = apiKey();
      if (found) return found.value;
      const kept = readProfile();
      if (!kept) throw noKey();
      throw new CliFailure(
        'CONFIG_ERROR',
        `${noKey().message} The key of the profile ${kept.name} is for ${kept.apiUrl}.`,
      );
    },
  };
}

function originOf({ name }: Profile): string {
  return `profile ${name}`;
}
