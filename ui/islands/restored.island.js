// A browser may keep a page that was left, and show it again on Back, although it is no-store. By then the visitor may
// have signed out, so the page is emptied and asked for again.
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  document.body.replaceChildren();
  // a reload would send the form again whose answer this page is
  location.replace(location.pathname + location.search);
});
