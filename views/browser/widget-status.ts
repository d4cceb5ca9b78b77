/** The line below a widget's form: what goes on, said politely, and the bar of a model that loads. */
export class WidgetStatus {
  private readonly told: HTMLElement;
  private readonly clock: HTMLElement | null;
  private readonly loading: HTMLElement;
  private readonly bar: HTMLProgressElement;
  private readonly left: HTMLElement;
  /** When the load ends, as far as anybody can tell; null = nothing loads. */
  private expected: { readonly from: number; readonly seconds: number } | null = null;

  constructor(section: HTMLElement) {
    this.told = section.querySelector('[data-told]')!;
    this.clock = section.querySelector('.widget-time');
    this.loading = section.querySelector('[data-loading]')!;
    this.bar = this.loading.querySelector('progress')!;
    this.left = this.loading.querySelector('[data-left]')!;
  }

  /** @param isShown else it is for those alone who hear the page */
  say(text: string, isShown = true): void {
    this.told.classList.toggle('visually-hidden', !isShown);
    if (this.told.textContent !== text) this.told.textContent = text;
  }

  /** Shows how long it takes, until the function that comes back is called. */
  start(): () => void {
    const began = performance.now();
    this.say('Running');
    const timer = setInterval(() => {
      if (this.clock) this.clock.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`;
      this.tick();
    }, 100);
    return () => {
      clearInterval(timer);
      if (this.clock) this.clock.textContent = '';
      this.loaded();
    };
  }

  loads(seconds: number): void {
    this.expected ??= { from: performance.now(), seconds: seconds || 1 };
    this.loading.hidden = false;
    this.say('Loading the model');
    this.tick();
  }

  loaded(): void {
    this.expected = null;
    this.loading.hidden = true;
  }

  /** The estimate is a guess: the bar never says that all is done. */
  private tick(): void {
    if (!this.expected) return;
    const { from, seconds } = this.expected;
    const passed = (performance.now() - from) / 1000;
    const left = Math.ceil(seconds - passed);
    this.bar.value = Math.min(95, (passed / seconds) * 100);
    this.left.textContent = left > 0 ? `about ${left} s left` : '';
    if (left <= 0) this.say('Loading the model: taking longer than expected');
  }
}
