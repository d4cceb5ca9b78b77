import type { Locator } from 'playwright-core';
import type { Page } from './browser.js';
import { unseenFocus } from './walkByKeyboard.js';

const mostStops = 400;

/** Somebody without a mouse: every control is reached by Tab, and pressed or filled in by keys. */
export class OnlyKeys {
  /** Stops on the way where the focus could not be seen. */
  readonly unseen: string[] = [];

  constructor(readonly page: Page) {}

  /** @throws Error where Tab does not lead there */
  async reach(target: Locator): Promise<void> {
    await target.waitFor();
    for (let stops = 0; stops < mostStops; stops++) {
      if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
      await this.page.keyboard.press('Tab');
      const unseen = await this.page.evaluate(unseenFocus);
      if (unseen) this.unseen.push(`${this.page.url()}: ${unseen}`);
    }
    throw new Error(`Tab does not lead to ${target}`);
  }

  async press(target: Locator, key = 'Enter'): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.press(key);
  }

  /** In place of what stood there. */
  async write(target: Locator, text: string): Promise<void> {
    await this.press(target, 'Control+A');
    await this.page.keyboard.type(text);
  }

  /** The choice of a list whose text begins so. */
  async choose(target: Locator, text: string): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.type(text);
  }

  /** What a key opens then is the system's window, and no part of the page. */
  async files(target: Locator, paths: readonly string[]): Promise<void> {
    await this.reach(target);
    await target.setInputFiles([...paths]);
  }
}
