// Closes the menu on Escape, and on a press or a focus elsewhere. Escape gives the focus back.
const menu = document.querySelector('details.profile');

if (menu instanceof HTMLDetailsElement) {
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  for (const kind of ['pointerdown', 'focusin']) {
    document.addEventListener(kind, (event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
  }
}
