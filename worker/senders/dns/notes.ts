import * as v from 'valibot';

/** Anybody can publish anything, and the row that keeps it stays small. */
const LONGEST_NAME = 253;
const name = v.pipe(v.string(), v.maxLength(LONGEST_NAME));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How many look-ups an SPF record makes, with those of all that it includes (RFC 7208, 4.6.4). */
const SpfCount = v.object({
  /** Those of what is published. */
  own: count,
  /** Those that our `include` adds; 0 if it is there already. */
  ours: count,
  /** Whether all were counted. There may be more otherwise. */
  isComplete: v.boolean(),
  /** Names that are included and have not exactly one SPF record: receivers give up at one. */
  broken: v.array(name),
  /** Names that are asked for and don't exist: receivers give up at the third. */
  void: v.array(name),
});
export type SpfCount = v.InferOutput<typeof SpfCount>;

/** How a record came to another name: the zone was appended twice, an underscore was lost, or something else. */
export type MisplacedBecause = 'doubled' | 'no-underscore' | 'another-name';
const Misplaced = v.object({
  at: name,
  because: v.picklist<MisplacedBecause[]>(['doubled', 'no-underscore', 'another-name']),
});
export type Misplaced = v.InferOutput<typeof Misplaced>;

/** What a check found out about one record, beside its texts. What is absent is not known, or not so. */
const RecordNote = v.object({
  /** There are more, longer or other records than are kept. */
  isCut: v.optional(v.boolean()),
  /** The name at the end of the CNAME records that stand at the record's name. */
  alias: v.optional(name),
  /** Any other name has the same texts, so they are of a wildcard, and not of this name. */
  isWildcard: v.optional(v.boolean()),
  /** Nothing is at its name, and at another one is what belongs here. */
  misplaced: v.optional(Misplaced),
  /** Of SPF: the domain takes mail by a wildcard, which a record of its own ends. */
  livesByWildcard: v.optional(v.boolean()),
  /** Of SPF. */
  lookUps: v.optional(SpfCount),
  /** Of DMARC: the domain above whose policy it is. */
  above: v.optional(name),
});
export type RecordNote = v.InferOutput<typeof RecordNote>;

/** The records that a domain publishes for a sender. */
export type PublishedKey = 'spf' | 'dkim' | 'domain-lockdown' | 'dmarc';
export type DnsNotes = Record<PublishedKey, RecordNote>;

/** As kept in a row. Notes of another shape are read as none. */
const kept = v.fallback(RecordNote, {});
export const StoredNotes = v.object({
  spf: kept,
  dkim: kept,
  'domain-lockdown': kept,
  dmarc: kept,
});

export const NO_NOTES: DnsNotes = { spf: {}, dkim: {}, 'domain-lockdown': {}, dmarc: {} };
