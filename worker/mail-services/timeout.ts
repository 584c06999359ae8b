/**
 * What some work comes to, or `late` when it takes longer than `most` milliseconds. The work goes on, and nobody waits
 * for it any more: MailChannels' client and `node:dns` have no time-out, and nothing to stop them by.
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
