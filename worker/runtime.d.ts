// Preact's types bring the DOM library with them, whose own shadow the runtime's.
interface SubtleCrypto {
  /** Workers' own: compares two buffers of equal length in constant time. */
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}
interface CacheStorage {
  /** Workers' own: the cache of the location that answers (developers.cloudflare.com/workers/runtime-apis/cache). */
  readonly default: Cache;
}

// Merged with the generated bindings, so it has to be an interface.
interface __BaseEnv_Env {
  /** Only where MAIL_TRANSPORT is "cloudflare": wrangler.toml has the lines, as a comment. */
  EMAIL?: SendEmail;
  /** A secret that only deployments with Turnstile have. */
  TURNSTILE_SECRET_KEY?: string;
}

/** Written by worker/dev/assets.mjs: the addresses of what the edge serves. */
declare module '*/dist/assets.json' {
  const addresses: { strength: string };
  export default addresses;
}
