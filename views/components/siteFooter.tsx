import { useChrome } from '../chrome.js';
import { Icon } from './icon.js';

const themes = [
  { value: 'auto', text: 'Theme of the system', icon: 'monitor' },
  { value: 'light', text: 'Light theme', icon: 'sun' },
  { value: 'dark', text: 'Dark theme', icon: 'moon' },
] as const;

const links = [
  ['/tasks', 'Tasks'],
  ['/spaces', 'Spaces'],
  ['/collections', 'Collections'],
  ['/languages', 'Languages'],
  ['/licenses', 'Licences'],
  ['/docs', 'Docs'],
  ['/docs/hub/api', 'API'],
  ['/docs/hub/notices', 'Licence notices'],
] as const;

export function SiteFooter() {
  const { version, theme, url, contact } = useChrome();
  return (
    <footer class="site-footer">
      <div class="container site-footer-row">
        <p>
          Hubstead <span class="mono">{version}</span>
          {contact && <span class="quiet"> · Contact: {contact}</span>}
        </p>
        <nav aria-label="Footer">
          <ul>
            {links.map(([href, text]) => (
              <li key={href}>
                <a href={href}>{text}</a>
              </li>
            ))}
          </ul>
        </nav>
        <form class="theme-switch" action="/-/theme" method="post" aria-label="Theme">
          <input type="hidden" name="next" value={url} />
          {themes.map(({ value, text, icon }) => (
            <button key={value} type="submit" name="theme" value={value} aria-pressed={value === theme} title={text}>
              <Icon name={icon} />
              <span class="visually-hidden">{text}</span>
            </button>
          ))}
        </form>
      </div>
    </footer>
  );
}
