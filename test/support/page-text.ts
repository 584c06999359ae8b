import { carlaAtDemo, olivia } from './cast.ts';
import { type Visitor, visit } from './visitor.ts';

/** The words of a page, without its tags. */
export async function pageText(visitor: Visitor, path: string): Promise<string> {
  const page = await (await visitor.get(path)).text();
  const text = page.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, ' ');
  return text.replace(/\s+/g, ' ');
}

/** The words of the pages where the owner of demo reads of Carla: her card, Home and Activity. */
export async function adminPages(): Promise<{ card: string; home: string; activity: string }> {
  const owner = await visit('app').signInAs(olivia);
  const card = await pageText(owner, `/w/demo/contacts/${carlaAtDemo}`);
  const home = await pageText(owner, '/w/demo');
  return { card, home, activity: await pageText(owner, '/w/demo/activity') };
}
