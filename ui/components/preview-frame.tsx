export type PreviewFrameProps = {
  title: string;
  src: string;
  /** `lazy` for a frame far down a page. */
  loading?: 'lazy';
  /** The address without the draft, for the island that appends what is typed. */
  follows?: string;
};

/** A page or a mail in an iframe. Its empty sandbox disables scripts, forms and links. */
export function PreviewFrame({ title, src, loading, follows }: PreviewFrameProps) {
  return (
    <figure>
      <figcaption class="small">{title}</figcaption>
      <iframe title={title} sandbox="" loading={loading} src={src} data-preview={follows} />
    </figure>
  );
}
