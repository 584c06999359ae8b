export function AccessTag({ on }: { on: boolean }) {
  return <span class={on ? 'tag tag-on' : 'tag'}>{on ? 'Access on' : 'Access off'}</span>;
}
