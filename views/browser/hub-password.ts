const long = 16;

/** `<hub-password data-least>`: says in words how far a new password is, and lets it be read while it is typed. */
class HubPassword extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector('input');
    const status = this.querySelector('[role=status]');
    const button = this.querySelector('button');
    if (!input || !status || !button) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const isShown = input.type === 'password';
      input.type = isShown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(isShown));
    });
    input.addEventListener('input', () => {
      status.textContent = wordsFor(input.value, Number(this.dataset.least));
    });
    // Nothing that was readable stays so, nor is it kept as a text that was typed before.
    input.form?.addEventListener('submit', () => {
      input.type = 'password';
    });
  }
}

function wordsFor(password: string, least: number): string {
  if (password === '') return '';
  const missing = least - password.length;
  if (missing > 0) return missing === 1 ? 'One more character.' : `${missing} more characters.`;
  if (new Set(password).size < 5) return 'Long enough, but of few different characters.';
  return password.length < long ? 'Long enough. Longer is safer: several words are easy to remember.' : 'Strong.';
}

customElements.define('hub-password', HubPassword);

export {};
