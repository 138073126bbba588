/** A request holds something that cannot be put into the provider's terms. */
export class RefusedRequestError extends Error {
  override readonly name = 'RefusedRequestError';
}

/** Raised by us or by a provider's library: a file type, an address or a feature that there is no word for. */
export function isRefusedRequest(error: unknown): error is Error {
  return error instanceof RefusedRequestError || (error instanceof Error && libraryRefusals.test(error.name));
}

const libraryRefusals =
  /^AI_(?:UnsupportedFunctionality|InvalidPrompt|InvalidArgument|NoSuchModel|LoadSetting|NoSuchProviderReference)Error$/;
