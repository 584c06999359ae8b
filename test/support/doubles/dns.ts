// What DNS says (RFC 8484's JSON sibling, developers.cloudflare.com/1.1.1.1/encryption/dns-over-https).

const QUERY = 'https://cloudflare-dns.com/dns-query?';
const TYPES = { A: 1, CNAME: 5, MX: 15, TXT: 16 };
/** One string of a TXT record holds no more. */
const CHUNK = 255;

type RecordType = keyof typeof TYPES;

/**
 * How the resolver answers: well, or in trouble. `cut off`: only a part of the answer. `raw`: with this text and 200. Of words
 * in capitals it is the status of the answer (RFC 1035, 4.1.1), which has no records then.
 */
export type DnsBehaviour =
  | 'up'
  | keyof typeof STATUSES
  | ('500' | 'html' | 'hangs' | 'down' | 'redirects' | 'cut off' | 'endless')
  | { raw: string };

const STATUSES = { FORMERR: 1, SERVFAIL: 2, NOTIMP: 4, REFUSED: 5, BADVERS: 16 };

export type Zone = {
  /**
   * From here on these are the records of a name; none takes them away. A TXT record may be of any length. The name
   * `*.studio.example` is a wildcard (RFC 4592), and a CNAME record leads to another name of the zone.
   */
  set(name: string, values: string[], type?: RecordType): void;
  get(name: string, type?: RecordType): string[];
  /** Nobody has published anything. */
  clear(): void;
  /**
   * From here on the resolver answers like this, for one name or for all; what MailChannels finds in the zone stays as it is.
   */
  behaves(how: DnsBehaviour, name?: string): void;
  /** The answer to a request for DNS over HTTPS; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** Every name that was asked for, as `TXT studio.example`. */
  asked: readonly string[];
};

type RecordSets = Map<string, string[]>;

/** The published records that tests work with: empty at first. */
export function createZone(): Zone {
  const records: RecordSets = new Map();
  const asked: string[] = [];
  const behaviours = new Map<string, DnsBehaviour>();

  return {
    get: (name, type = 'TXT') => records.get(keyOf(name, type)) ?? [],
    set: (name, values, type = 'TXT') => {
      if (values.length === 0) records.delete(keyOf(name, type));
      else records.set(keyOf(name, type), values);
    },
    clear: () => {
      records.clear();
      asked.length = 0;
      behaviours.clear();
    },
    behaves: (how, name = '') => {
      behaviours.set(name, how);
    },
    answer: (request) => {
      if (!request.url.startsWith(QUERY)) return null;
      const { searchParams } = new URL(request.url);
      const [name, type] = [searchParams.get('name') ?? '', searchParams.get('type') ?? ''];
      if (!isType(type)) throw new Error(`The stand-in for DNS knows no ${type} records.`);
      asked.push(keyOf(name, type));
      const behaviour = behaviours.get(name) ?? behaviours.get('') ?? 'up';
      return answerAs(behaviour, records, { name, type });
    },
    asked,
  };
}

type Question = { name: string; type: RecordType };

function answerAs(
  behaviour: DnsBehaviour,
  records: RecordSets,
  question: Question,
): Promise<Response> {
  if (typeof behaviour === 'object') return Promise.resolve(new Response(behaviour.raw));
  switch (behaviour) {
    case 'up':
      return Promise.resolve(dnsJson(answered(records, question)));
    case 'cut off':
      return Promise.resolve(dnsJson({ ...answered(records, question), Answer: [], TC: true }));
    case '500':
      return Promise.resolve(new Response('upstream words', { status: 500 }));
    case 'html':
      return Promise.resolve(new Response('<h1>Sign in to the airport Wi-Fi</h1>'));
    case 'redirects':
      return Promise.resolve(Response.redirect('https://portal.airport.example/', 302));
    case 'endless':
      return Promise.resolve(endless());
    case 'hangs':
      return new Promise(() => {});
    case 'down':
      return Promise.reject(new TypeError('connection refused'));
    default:
      return Promise.resolve(dnsJson({ Status: STATUSES[behaviour], ...questionOf(question) }));
  }
}

/** A name without any record does not exist (NXDOMAIN); one with others only has no answer. */
function answered(records: RecordSets, question: Question): object {
  const { name, type } = question;
  const [target] = valuesAt(records, name, 'CNAME');
  const aliases = target === undefined ? [] : [{ name, type: TYPES.CNAME, TTL: 300, data: target }];
  const owner = target ?? name;
  const found = valuesAt(records, owner, type).map((value) => {
    const data = type === 'TXT' ? quoted(value) : value;
    return { name: owner, type: TYPES[type], TTL: 300, data };
  });
  const isThere = (Object.keys(TYPES) as RecordType[]).some(
    (each) => valuesAt(records, owner, each).length > 0,
  );
  const Answer = [...aliases, ...found];
  return {
    Status: isThere ? 0 : 3,
    ...questionOf(question),
    ...(Answer.length > 0 ? { Answer } : {}),
  };
}

/** The records of a name; those of the nearest wildcard, unless the name or one below it exists. */
function valuesAt(records: RecordSets, name: string, type: RecordType): string[] {
  const own = records.get(keyOf(name, type));
  if (own !== undefined) return own;
  const keys = [...records.keys()].map((key) => key.slice(key.indexOf(' ') + 1));
  const exists = (each: string) => keys.some((key) => key === each || key.endsWith(`.${each}`));
  const labels = name.toLowerCase().replace(/\.$/, '').split('.');
  for (let at = 0; at < labels.length; at += 1) {
    const parent = labels.slice(at + 1).join('.');
    if (exists(labels.slice(at).join('.'))) return [];
    const wildcard = records.get(keyOf(`*.${parent}`, type));
    if (wildcard !== undefined) return wildcard;
  }
  return [];
}

function questionOf({ name, type }: Question) {
  return { Question: [{ name, type: TYPES[type] }] };
}

/** As resolvers present a text (RFC 1035, 5.1): in strings, with escapes, bytes beyond ASCII in decimal. */
function quoted(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  const escaped = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    if (byte < 32 || byte > 126) return `\\${String(byte).padStart(3, '0')}`;
    return character === '"' || character === '\\' ? `\\${character}` : character;
  });
  const chunks: string[] = [];
  for (let at = 0; at < escaped.length; at += CHUNK) {
    chunks.push(`"${escaped.slice(at, at + CHUNK).join('')}"`);
  }
  return chunks.length === 0 ? '""' : chunks.join(' ');
}

function endless(): Response {
  const chunk = new TextEncoder().encode(`{"Status":0,"Answer":[${' '.repeat(65_000)}`);
  return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(chunk) }));
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
