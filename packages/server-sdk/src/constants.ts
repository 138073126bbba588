/** Numbers of the SDK specification, section 7. Times in milliseconds, sizes in bytes. */

/** Value of `X-Octavus-Sdk-Version`: a wire format, not the version of this package. */
export const wireVersion = '4';

export const heartbeatMs = 15_000;
export const defaultStreamIdleTimeoutMs = 60_000;
export const defaultMaxRetries = 2;
export const firstRetryDelayMs = 1_000;
export const maxRetryDelayMs = 8_000;
export const retryJitter = 0.25;

/** Largest body of a request that carries tool results. */
export const MAX_CONTINUATION_BODY_BYTES = 4_194_304;
/** Of which this much is left to everything but the results. */
export const CONTINUATION_BODY_RESERVE_BYTES = 262_144;
/** A result at or under this size is never cut. */
export const shrinkFloorBytes = 16_384;
/** Characters that stay of a cut result: its start and its end. */
export const previewCharacters = 16_384;
export const previewStartCharacters = 9_831;
export const previewEndCharacters = 6_553;

export const defaultPollIntervalMs = 3_000;
export const defaultPollTimeoutMs = 900_000;
