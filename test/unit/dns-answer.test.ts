import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../worker/senders/dns/answer.ts';
import { readTxtData } from '../../worker/senders/dns/txt-data.ts';

describe('the data of a TXT record', () => {
  test.each<[what: string, data: string, text: string | null]>([
    ['one string', '"v=spf1 -all"', 'v=spf1 -all'],
    [
      'two strings, joined without a space',
      '"v=spf1 include:a" ".example -all"',
      'v=spf1 include:a.example -all',
    ],
    ['strings without a space between them', '"a""b"', 'ab'],
    ['no string', '""', ''],
    ['an escaped quotation mark', String.raw`"\"v=spf1 -all\""`, '"v=spf1 -all"'],
    ['an escaped backslash', String.raw`"v=DMARC1\\; p=none"`, String.raw`v=DMARC1\; p=none`],
    [
      'an escaped semicolon, which a zone file needs',
      String.raw`"v=DMARC1\; p=none"`,
      'v=DMARC1; p=none',
    ],
    ['bytes in decimal', String.raw`"a\032b\059c"`, 'a b;c'],
    ['a character of two bytes', String.raw`"m\195\188ller"`, 'müller'],
    ['one that the end of a string cuts in two', String.raw`"m\195" "\188ller"`, 'müller'],
    ['one that is not escaped', '"müller 😀"', 'müller 😀'],
    ['bytes that are no character', String.raw`"\255"`, '\ufffd'],
    [
      'a byte order mark, which is no part of “v”',
      String.raw`"\239\187\191v=spf1"`,
      '\ufeffv=spf1',
    ],
    ['a tab', String.raw`"v=spf1\009-all"`, 'v=spf1\t-all'],
    ['none in quotation marks: as it is', 'v=spf1 -all', 'v=spf1 -all'],
    ['a string without an end', '"v=spf1', null],
    ['something between strings', '"a" b "c"', null],
    ['a number that is no byte', String.raw`"\256"`, null],
    ['a number of two digits', String.raw`"\25 "`, null],
    ['an escape at the end', '"a\\', null],
  ])('%s: read', (_what, data, text) => {
    expect(readTxtData(data)).toBe(text);
  });
});

describe('an answer of DNS', () => {
  const NAME = 'studio.example';
  const txt = (data: string, name = NAME) => ({ name, type: 16, TTL: 300, data });
  const cname = (name: string, data: string) => ({ name, type: 5, TTL: 300, data });
  const Question = [{ name: NAME, type: 16 }];
  const read = (reply: unknown) => readAnswer(JSON.stringify(reply), NAME, 'TXT');
  const found = (...values: string[]) => ({ ok: true, values, isCut: false, alias: null });
  const SILENT = { ok: false, why: 'silent' };

  test('status 0 with a record: found; status 0 or 3 without: nothing is there', () => {
    expect(read({ Status: 0, Question, Answer: [txt('"a"')] })).toEqual(found('a'));
    expect(read({ Status: 0, Question })).toEqual(found());
    expect(read({ Status: 3, TC: false, Question })).toEqual(found());
  });

  test.each([1, 2, 4, 5, 6, 9, 16, 23, -1, 0.5])('status %d: nobody could say', (Status) => {
    expect(read({ Status, Question })).toEqual(SILENT);
    expect(read({ Status, Question, Answer: [txt('"a"')] })).toEqual(SILENT);
  });

  test.each<[string, unknown]>([
    ['cut off', { Status: 0, TC: true, Question, Answer: [txt('"a"')] }],
    ['to another question', { Status: 0, Question: [{ name: 'other.example', type: 16 }] }],
    ['about another name only', { Status: 0, Question, Answer: [txt('"a"', 'other.example')] }],
    ['without a status', { Question, Answer: [txt('"a"')] }],
    ['with a status in words', { Status: '0', Question }],
    ['with records of another shape', { Status: 0, Answer: [{ name: NAME, type: 16 }] }],
    ['a list', []],
    ['null', null],
  ])('%s: nobody could say', (_what, reply) => {
    expect(read(reply)).toEqual(SILENT);
  });

  test.each(['', '<h1>Sign in</h1>', '{"Status":0', 'null', '0'])(
    '%j: nobody could say',
    (text) => {
      expect(readAnswer(text, NAME, 'TXT')).toEqual(SILENT);
    },
  );

  test('records of other names and types beside it: not part of it', () => {
    const Answer = [
      txt('"other"', 'other.example'),
      { name: NAME, type: 46, data: 'TXT 13 2 300' },
      txt('"ours"', 'STUDIO.example.'),
    ];
    expect(read({ Status: 0, Question: [{ name: 'Studio.Example.', type: 16 }], Answer })).toEqual(
      found('ours'),
    );
  });

  test('a CNAME: its target’s records, with the name at its end', () => {
    const Answer = [
      cname(NAME, 'one.example.'),
      cname('ONE.example', 'two.example.'),
      txt('"a"', 'two.example'),
      txt('"none of it"', 'one.example'),
    ];
    expect(read({ Status: 0, Question, Answer })).toEqual({
      ok: true,
      values: ['a'],
      isCut: false,
      alias: 'two.example',
    });
    expect(read({ Status: 3, Question, Answer: [cname(NAME, 'gone.example')] })).toMatchObject({
      values: [],
      alias: 'gone.example',
    });
  });

  test('CNAMEs in a circle: read without an end of their own', () => {
    const Answer = [cname(NAME, 'one.example'), cname('one.example', NAME)];
    expect(read({ Status: 0, Question, Answer })).toMatchObject({ ok: true, values: [] });
  });

  test('a record that can’t be read: the others are found, and more is there', () => {
    const Answer = [txt('"a"'), txt('"b')];
    expect(read({ Status: 0, Question, Answer })).toEqual({ ...found('a'), isCut: true });
  });

  test('other types: their data as it is', () => {
    const Answer = [{ name: NAME, type: 15, data: '10 mx.studio.example.' }];
    const reply = JSON.stringify({ Status: 0, Answer });
    expect(readAnswer(reply, NAME, 'MX')).toEqual(found('10 mx.studio.example.'));
  });
});
