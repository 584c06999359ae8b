import * as v from 'valibot';
import { readTxtData } from './txt-data.ts';

/** The types of records that are looked up, with their numbers (IANA, DNS parameters). */
const NUMBERS = { A: 1, CNAME: 5, MX: 15, TXT: 16 };
export type DnsType = 'A' | 'MX' | 'TXT';

/** What DNS says about a name. Only with `ok` is anything known for sure, that nothing is there as well. */
export type DnsAnswer =
  | {
      ok: true;
      /** The data of the records; of TXT records the texts. */
      values: string[];
      /** Whether there are records that could not be read. */
      isCut: boolean;
      /** The name at the end of the CNAME records; null if the name has none. */
      alias: string | null;
    }
  | { ok: false; why: 'silent' | 'too-much' };

/** Nobody could say: no answer in time, or one that is none. */
export const SILENT: DnsAnswer = { ok: false, why: 'silent' };

/** https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/ */
const Reply = v.object({
  Status: v.number(),
  TC: v.optional(v.boolean()),
  Question: v.optional(v.array(v.object({ name: v.string(), type: v.number() }))),
  Answer: v.optional(v.array(v.object({ name: v.string(), type: v.number(), data: v.string() }))),
});
const ReplyText = v.pipe(v.string(), v.parseJson(), Reply);
type Answers = NonNullable<v.InferOutput<typeof Reply>['Answer']>;

/** NOERROR and NXDOMAIN (RFC 1035, 4.1.1). Every other status says that the resolver could not find out. */
const ANSWERS = [0, 3];

/** Reads an answer in JSON to the question for a name. Records of other names and types are not part of it. */
export function readAnswer(text: string, name: string, type: DnsType): DnsAnswer {
  const parsed = v.safeParse(ReplyText, text);
  if (!parsed.success) return SILENT;
  const { Status, TC, Question = [], Answer = [] } = parsed.output;
  if (!ANSWERS.includes(Status) || TC === true) return SILENT;
  if (Question.some((each) => !isSame(each.name, name))) return SILENT;
  if (Answer.length > 0 && !Answer.some((each) => isSame(each.name, name))) return SILENT;
  const alias = endOfAliases(Answer, name);
  const found = Answer.filter(
    (each) => each.type === NUMBERS[type] && isSame(each.name, alias ?? name),
  );
  const read = found.map(({ data }) => (type === 'TXT' ? readTxtData(data) : data));
  const values = read.filter((value) => value !== null);
  return { ok: true, values, isCut: values.length < read.length, alias };
}

/** Where the CNAME records lead from a name; null if it has none. Attack: names that lead round in a circle. */
function endOfAliases(answers: Answers, name: string): string | null {
  const aliases = answers.filter(({ type }) => type === NUMBERS.CNAME);
  const targets = new Map(aliases.map((each) => [plain(each.name), plain(each.data)]));
  const passed = new Set<string>();
  let at = plain(name);
  for (let next = targets.get(at); next !== undefined; next = targets.get(at)) {
    if (passed.has(at)) return null;
    passed.add(at);
    at = next;
  }
  return passed.size === 0 ? null : at;
}

function isSame(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** Names ignore case (RFC 4343), and may end in the dot of the root. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
