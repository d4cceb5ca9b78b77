/** Every menu: Escape closes it and gives the focus back, a click elsewhere closes it. */
const openMenus = (): readonly HTMLDetailsElement[] => [
  ...document.querySelectorAll<HTMLDetailsElement>(':is(.menu, .site-menu)[open]'),
];

document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && openMenus().find((open) => open.contains(document.activeElement));
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
});

document.addEventListener('click', ({ target }) => {
  for (const menu of openMenus()) if (!menu.contains(target as Node)) menu.open = false;
});

export {};
