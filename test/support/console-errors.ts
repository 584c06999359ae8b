const originalError = console.error;
let seen: string[] = [];
let allowed: RegExp[] = [];

/**
 * Allows console.error calls that match, until the end of this test. Says at the end if there was none:
 * an allowance that nothing uses would hide the next real error.
 */
export function expectConsoleError(pattern: RegExp): void {
  allowed.push(pattern);
}

/** For test/support/setup.ts: from here on, every console.error is kept and shown. */
export function watchErrors(): void {
  seen = [];
  allowed = [];
  console.error = (...parts: unknown[]) => {
    const line = parts.map(print).join(' ');
    seen.push(line);
    if (!allowed.some((pattern) => pattern.test(line))) originalError(...parts);
  };
}

/** For test/support/setup.ts: fails the test on an error nobody expected, or an expected one that never came. */
export function reportUnexpectedErrors(): void {
  const unexpected = seen.filter((line) => !allowed.some((pattern) => pattern.test(line)));
  const missing = allowed.filter((pattern) => !seen.some((line) => pattern.test(line)));
  if (unexpected.length > 0) throw new Error(`Unexpected console.error:\n${unexpected.join('\n')}`);
  if (missing.length > 0)
    throw new Error(`Expected console.error never came: ${missing.join(', ')}`);
}

/** For test/support/setup.ts: back to the real console. */
export function forgetErrors(): void {
  console.error = originalError;
  seen = [];
  allowed = [];
}

function print(part: unknown): string {
  if (part instanceof Error) return part.stack ?? part.message;
  if (typeof part === 'string') return part;
  return JSON.stringify(part) ?? String(part);
}
