// The tab that waits moves on by itself once this browser is signed in: then the page it asks for
// answers with a redirect. A HEAD of it consumes nothing and counts nothing.
const waiting = document.querySelector('[data-waiting]');
const page = waiting?.getAttribute('data-waiting') ?? location.pathname;
const until = Date.now() + 60_000 * Number(waiting?.getAttribute('data-minutes') ?? 0);
let asking = false;

async function look() {
  if (asking || document.visibilityState !== 'visible' || Date.now() > until) return;
  asking = true;
  try {
    const response = await fetch(page, { method: 'HEAD', redirect: 'manual', cache: 'no-store' });
    if (response.type === 'opaqueredirect') location.replace(page);
  } catch {
    // Offline for a moment: the next look will tell.
  }
  asking = false;
}

const every = setInterval(() => (Date.now() > until ? clearInterval(every) : look()), 3000);
document.addEventListener('visibilitychange', look);
window.addEventListener('focus', look);
