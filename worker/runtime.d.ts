// Preact's types bring the DOM library with them, whose SubtleCrypto shadows the runtime's.
interface SubtleCrypto {
  /** Workers' own: compares two buffers of equal length in constant time. */
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}
