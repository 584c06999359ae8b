/**
 * The result of some work, or `late` when it takes longer than `most` milliseconds. The work itself goes on:
 * D1, KV and MailChannels' client can't be aborted.
 */
export async function withTimeout<Value>(
  work: Promise<Value>,
  most: number,
  late: NoInfer<Value>,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeOut = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(late), most);
  });
  try {
    return await Promise.race([work, timeOut]);
  } finally {
    clearTimeout(timer);
  }
}
