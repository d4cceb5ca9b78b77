import { Icon } from '../components/icon.js';
import { taskIcon } from '../labels.js';
import { safeUrl } from '../safe.js';

export interface TaskNameProps {
  readonly task: string;
  /** Whose page explains it; null = nobody's. */
  readonly id: string | null;
  readonly label: string;
}

export function TaskName({ task, id, label }: TaskNameProps) {
  return (
    <span class="widget-task">
      <Icon name={taskIcon(task)} /> {id ? <a href={safeUrl(`/tasks/${id}`)}>{label}</a> : label}
    </span>
  );
}
