import { vi } from 'vitest';
import { answerAsBreaches, forgetBreaches } from './breaches.ts';
import { createZone } from './dns-zone.ts';
import { createDomainService } from './domain-service.ts';
import { answerAs, type Behaviour, isSending, readMail, type WireMail } from './mail-service.ts';
import { answerForKey, forgetKeys } from './signing-keys.ts';

let plan: Behaviour[] = [];
let wire: WireMail[] = [];
let afterMail: () => void = () => {};

/** What is published in DNS: nothing, until a test says so. */
export const zone = createZone();

/** MailChannels' side of freelancers' domains: its verdicts follow from the zone. */
export const domainService = createDomainService(zone);

/** MailChannels answers like this from here to the end of the test: each once in turn, the last one for ever. */
export function mailService(...behaviours: Behaviour[]): void {
  plan = behaviours;
}

/** What happens elsewhere in the moment after a mail has reached MailChannels. */
export function whenMailed(event: () => void): void {
  afterMail = event;
}

/** Every mail that reached MailChannels since the test began, oldest first. */
export function onTheWire(): readonly WireMail[] {
  return wire;
}

/**
 * For test/support/setup.ts, before each test: a stand-in for Have I Been Pwned that knows no password, for a DNS where
 * nothing is published, and for a MailChannels that takes everything over; for all else on the network, a refusal.
 * `vi.restoreAllMocks()` takes it away.
 */
export function standInForNetwork(): void {
  forgetBreaches();
  forgetKeys();
  plan = ['takes it over (202)'];
  wire = [];
  afterMail = () => {};
  zone.clear();
  domainService.clear();
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (isSending(request.url)) return answerMail(request);
    const answer =
      domainService.answer(request) ??
      zone.answer(request) ??
      answerForKey(request) ??
      answerAsBreaches(request);
    if (answer === null) throw new Error(`A test reached for the network: ${request.url}`);
    return answer;
  });
}

async function answerMail(request: Request): Promise<Response> {
  wire.push(await readMail(request));
  afterMail();
  const [behaviour] = plan.length > 1 ? plan.splice(0, 1) : plan;
  if (behaviour === undefined) throw new Error('the stand-in has no answer left');
  return answerAs(behaviour);
}
