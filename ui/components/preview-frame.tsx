export type PreviewFrameProps = {
  title: string;
  src: string;
  /** Far down a page: loaded when somebody comes near it. */
  loading?: 'lazy';
  /** The address without what is typed, for the island that adds it. */
  follows?: string;
};

/** A page or a mail to look at, and for nothing else: an empty sandbox takes scripts, forms and links away. */
export function PreviewFrame({ title, src, loading, follows }: PreviewFrameProps) {
  return (
    <figure>
      <figcaption class="small">{title}</figcaption>
      <iframe title={title} sandbox="" loading={loading} src={src} data-preview={follows} />
    </figure>
  );
}
