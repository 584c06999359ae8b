import * as v from 'valibot';

const verdict = v.picklist(['passed', 'failed', 'unknown']);
const texts = v.nullable(v.array(v.string()));

const Kept = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    verdicts: v.nullable(
      v.object({ spf: verdict, dkim: verdict, lockdown: verdict, senderDomain: verdict }),
    ),
    spf: texts,
    dkim: texts,
    lockdown: texts,
    dmarc: texts,
  }),
);

/**
 * What a check found: what the mail service says, null when it said nothing, and what is published, null where nobody
 * could say. Kept in the sender's row; the page puts it into words.
 */
export type Findings = v.InferOutput<typeof Kept>;

/** What the last check found; null before there was one. */
export function readFindings(kept: string): Findings | null {
  const parsed = v.safeParse(Kept, kept);
  return parsed.success ? parsed.output : null;
}
