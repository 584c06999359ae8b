/** The cast of worker/dev/seed.sql. Nobody has an account anywhere. */
export const olivia = 'owner@demo.test';
export const rita = 'owner@rival.test';
export const carla = 'client@demo.test';
export const lars = 'locked@demo.test';
export const rob = 'client@rival.test';
export const nobody = 'nobody@nowhere.test';

export const carlaAtDemo = '00000000-0000-4000-8000-00000000d301';
export const larsAtDemo = '00000000-0000-4000-8000-00000000d302';
export const carlaAtRival = '00000000-0000-4000-8000-00000000e301';
export const robAtRival = '00000000-0000-4000-8000-00000000e302';
export const oliviaId = '00000000-0000-4000-8000-00000000d101';
export const demoId = '00000000-0000-4000-8000-00000000d001';

/** A password that nothing speaks against. */
export const PASSPHRASE = 'five purple tunas sing at noon';
