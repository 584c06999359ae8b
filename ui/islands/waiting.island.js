// Moves the waiting tab on once this browser is signed in: the page then answers with a redirect.
// A HEAD request consumes nothing and counts as nothing.
const waiting = document.querySelector('[data-waiting]');
const page = waiting?.getAttribute('data-waiting') ?? location.pathname;
const until = Date.now() + 60_000 * Number(waiting?.getAttribute('data-minutes') ?? 0);
let checking = false;

async function check() {
  if (checking || document.visibilityState !== 'visible' || Date.now() > until) return;
  checking = true;
  try {
    const response = await fetch(page, { method: 'HEAD', redirect: 'manual', cache: 'no-store' });
    if (response.type === 'opaqueredirect') location.replace(page);
  } catch {
    // Offline: the next check decides.
  }
  checking = false;
}

const every = setInterval(() => (Date.now() > until ? clearInterval(every) : check()), 3000);
document.addEventListener('visibilitychange', check);
window.addEventListener('focus', check);
