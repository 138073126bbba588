/** What `s3://bucket/prefix?region=…&endpoint=…` says. */
interface S3Location {
  readonly bucket: string;
  /** What the names of all objects begin with: empty, or ending in a slash. */
  readonly prefix: string;
  /** undefined: where the AWS SDK finds it (`AWS_REGION`, its configuration files). */
  readonly region: string | undefined;
  /** undefined: Amazon. */
  readonly endpoint: string | undefined;
}

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const prefixPattern = /^[\w./-]*$/;
const knownParameters: ReadonlySet<string> = new Set(['region', 'endpoint']);

/** Servers with an address of their own have no regions, yet a signature names one; this is what they expect. */
const regionOfOtherServers = 'us-east-1';

/** @returns undefined when the text is no such URL, or says something that is not known. */
export function parseS3Url(text: string): S3Location | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 's3:' || !bucketPattern.test(url.host) || url.username !== '' || url.hash !== '') {
    return undefined;
  }
  const { pathname, searchParams } = url;
  if (!prefixPattern.test(pathname) || [...searchParams.keys()].some((name) => !knownParameters.has(name))) {
    return undefined;
  }
  const endpoint = searchParams.get('endpoint') || undefined;
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return undefined;
  const path = pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.host,
    prefix: path === '' ? '' : `${path}/`,
    region: searchParams.get('region') || (endpoint === undefined ? undefined : regionOfOtherServers),
    endpoint,
  };
}
