// What DNS says (RFC 8484's JSON sibling, developers.cloudflare.com/1.1.1.1/encryption/dns-over-https).
// workerd's node:dns asks by fetch.

const QUERY = 'https://cloudflare-dns.com/dns-query?';
const TYPES = { A: 1, CNAME: 5, MX: 15, TXT: 16 };
/** One string of a TXT record holds no more. */
const CHUNK = 255;

type RecordType = keyof typeof TYPES;

/** How the resolver answers: well, without knowing the name, with trouble, with an error, never, or not at all. */
export type DnsBehaviour = 'up' | 'SERVFAIL' | '500' | 'html' | 'hangs' | 'down';

export type Zone = {
  /** From here on these are the records of a name; none takes them away. A TXT record may be of any length. */
  set(name: string, values: string[], type?: RecordType): void;
  get(name: string, type?: RecordType): string[];
  /** Nobody has published anything. */
  clear(): void;
  /** From here on the resolver answers like this; what MailChannels finds in the zone stays as it is. */
  behaves(how: DnsBehaviour): void;
  /** The answer to a request for DNS over HTTPS; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** Every name that was asked for, as `TXT studio.example`. */
  asked: readonly string[];
};

/** The published records that tests work with: empty at first. */
export function createZone(): Zone {
  const records = new Map<string, string[]>();
  const asked: string[] = [];
  let behaviour: DnsBehaviour = 'up';

  function get(name: string, type: RecordType = 'TXT'): string[] {
    return records.get(keyOf(name, type)) ?? [];
  }

  return {
    get,
    set: (name, values, type = 'TXT') => {
      if (values.length === 0) records.delete(keyOf(name, type));
      else records.set(keyOf(name, type), values);
    },
    clear: () => {
      records.clear();
      asked.length = 0;
      behaviour = 'up';
    },
    behaves: (how) => {
      behaviour = how;
    },
    answer: (request) => {
      if (!request.url.startsWith(QUERY)) return null;
      const { searchParams } = new URL(request.url);
      const [name, type] = [searchParams.get('name') ?? '', searchParams.get('type') ?? ''];
      if (!isType(type)) throw new Error(`The stand-in for DNS knows no ${type} records.`);
      asked.push(keyOf(name, type));
      const isThere = [...records.keys()].some((key) => key.endsWith(` ${name.toLowerCase()}`));
      return answerAs(behaviour, { name, type, values: get(name, type), isThere });
    },
    asked,
  };
}

type Question = { name: string; type: RecordType; values: string[]; isThere: boolean };

function answerAs(behaviour: DnsBehaviour, question: Question): Promise<Response> {
  switch (behaviour) {
    case 'up':
      return Promise.resolve(answered(question));
    case 'SERVFAIL':
      return Promise.resolve(dnsJson({ Status: 2, Question: questionOf(question) }));
    case '500':
      return Promise.resolve(new Response('upstream words', { status: 500 }));
    case 'html':
      return Promise.resolve(new Response('<h1>Sign in to the airport Wi-Fi</h1>'));
    case 'hangs':
      return new Promise(() => {});
    case 'down':
      return Promise.reject(new TypeError('connection refused'));
  }
}

/** A name without any record does not exist (NXDOMAIN); one with others only has no answer. */
function answered({ name, type, values, isThere }: Question): Response {
  const Answer = values.map((value) => {
    return { name, type: TYPES[type], TTL: 300, data: type === 'TXT' ? quoted(value) : value };
  });
  const Question = questionOf({ name, type });
  if (values.length > 0) return dnsJson({ Status: 0, Question, Answer });
  return dnsJson({ Status: isThere ? 0 : 3, Question });
}

function questionOf({ name, type }: Pick<Question, 'name' | 'type'>) {
  return [{ name, type: TYPES[type] }];
}

function quoted(text: string): string {
  const chunks = text.match(new RegExp(`.{1,${CHUNK}}`, 'gs')) ?? [''];
  return chunks.map((chunk) => `"${chunk}"`).join('');
}

function dnsJson(value: object): Response {
  const flags = { TC: false, RD: true, RA: true, AD: false, CD: false };
  const headers = { 'content-type': 'application/dns-json' };
  return new Response(JSON.stringify({ ...flags, ...value }), { headers });
}

function keyOf(name: string, type: RecordType): string {
  return `${type} ${name.toLowerCase().replace(/\.$/, '')}`;
}

function isType(type: string): type is RecordType {
  return Object.hasOwn(TYPES, type);
}
