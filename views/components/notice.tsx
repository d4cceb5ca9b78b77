import type { ComponentChildren } from 'preact';
import { Icon } from './icon.js';

interface NoticeProps {
  readonly tone?: 'info' | 'ok' | 'warn' | 'danger';
  /** 'status' is announced politely, 'alert' at once. */
  readonly role?: 'status' | 'alert';
  readonly children: ComponentChildren;
}

const icons = { info: 'info', ok: 'circle-check', warn: 'triangle-alert', danger: 'triangle-alert' } as const;

/** A banner: icon and text; the meaning is in the words, not only in the colour. */
export function Notice({ tone = 'info', role, children }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={role}>
      <Icon name={icons[tone]} />
      <div>{children}</div>
    </div>
  );
}
