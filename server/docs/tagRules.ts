import { taskRow, tasks } from '../../config/tasks.js';
import { frameworks, libraryLabel } from '../../config/vocabulary/libraries.js';
import { architectureRules } from '../../indexer/tags/architectures.js';
import { frameworkFiles } from '../../indexer/tags/frameworks.js';
import { type FileRule, libraryFiles, ownRuntime } from '../../indexer/tags/libraries.js';
import { diffusersClasses, libraryTasks } from '../../indexer/tags/pipeline.js';
import { code, codes, markdownTable } from './markdown.js';
import { readablePattern } from './readablePattern.js';

/** Which files show which framework or format, in the order of the tags. */
export function frameworkTable(): string {
  return markdownTable(
    ['Tag', 'Name', 'Files at the root', 'Files in any folder'],
    Object.keys(frameworks).flatMap((name) => {
      const { root, anywhere } = frameworkFiles[name] ?? {};
      const files = [root, anywhere].map((pattern) => (pattern ? codes(readablePattern(pattern)) : ''));
      return files.some(Boolean) ? [[code(name), libraryLabel(name), ...files]] : [];
    }),
  );
}

/** Which files show which library. */
export function libraryTable(): string {
  const files = ({ file, beside = [] }: FileRule): string =>
    [file, ...beside].map((pattern) => codes(readablePattern(pattern))).join(' beside ');
  return markdownTable(
    ['Library', 'Name', 'Files'],
    [
      ...libraryFiles.map((rule) => [code(rule.library), libraryLabel(rule.library), files(rule)]),
      ...ownRuntime.map(([library, file]) => [
        code(library),
        libraryLabel(library),
        `${files({ library, file })}, when nothing else tells`,
      ]),
    ],
  );
}

/** Class name → task, in the order in which the rules are tried. */
export function architectureTable(): string {
  return markdownTable(
    ['Class in `architectures`', 'Task'],
    architectureRules.map(([pattern, task]) => [
      codes(readablePattern(pattern)),
      task ? taskLink(task) : 'none of its own',
    ]),
  );
}

/** Tasks of libraries that have one by nature. */
export function libraryTaskTable(): string {
  return markdownTable(
    ['Library', 'Task'],
    [
      ...Object.entries(libraryTasks).map(([library, task]) => [code(library), taskLink(task)]),
      ...diffusersClasses.map(([pattern, task]) => [
        `${code('diffusers')}, \`_class_name\` ${codes(readablePattern(pattern))}`,
        taskLink(task),
      ]),
      [`${code('diffusers')}, else`, taskLink('text-to-image')],
    ],
  );
}

/** All tasks, most specific first. */
export function taskOrder(): string {
  return Object.keys(tasks)
    .map((task, index) => `${index + 1}. ${taskLink(task)}`)
    .join('\n');
}

function taskLink(task: string): string {
  return taskRow(task)?.hidden ? code(task) : `[${code(task)}](/docs/hub/models-tasks#${task})`;
}
