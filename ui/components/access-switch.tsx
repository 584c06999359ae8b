import * as paths from '../paths.ts';

export type AccessSwitchProps = {
  slug: string;
  contactId: string;
  on: boolean;
  words: { on: string; off: string };
};

/** A form of one button: a click posts the opposite of what is. The switch island does it in place. */
export function AccessSwitch({ slug, contactId, on, words }: AccessSwitchProps) {
  return (
    <form
      class="switch-row"
      method="post"
      action={paths.contactPortalAccess(slug, contactId)}
      data-switch
    >
      <div>
        <h2 id="portal-access-label">Portal access</h2>
        <p class="soft small" id="portal-access-words" data-on={words.on} data-off={words.off}>
          {on ? words.on : words.off}
        </p>
      </div>
      <input type="hidden" name="enabled" value={on ? 'off' : 'on'} />
      <button
        class="switch"
        type="submit"
        role="switch"
        id="portal-access"
        aria-checked={on ? 'true' : 'false'}
        aria-labelledby="portal-access-label"
        aria-describedby="portal-access-words"
      />
    </form>
  );
}
