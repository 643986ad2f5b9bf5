// The menu of small screens, and scrolling by keyboard.
(() => {
  'use strict';

  const menu = document.getElementById('menu');
  const navigation = document.getElementById('navigation');

  function showMenu(open) {
    navigation.classList.toggle('open', open);
    menu.setAttribute('aria-expanded', String(open));
  }

  menu.addEventListener('click', () => showMenu(!navigation.classList.contains('open')));
  navigation.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      showMenu(false);
      menu.focus();
    }
  });

  // The list of pages is longer than a screen.
  const current = navigation.querySelector('[aria-current]');
  if (current) {
    navigation.scrollTop = current.offsetTop - navigation.clientHeight / 2;
  }

  // What scrolls can be focused, so that the arrow keys scroll it.
  function focusScrollable() {
    for (const element of document.querySelectorAll('.scroll, pre, picture')) {
      if (element.scrollWidth > element.clientWidth) {
        element.tabIndex = 0;
      } else {
        element.removeAttribute('tabindex');
      }
    }
  }

  focusScrollable();
  addEventListener('resize', focusScrollable);
})();
