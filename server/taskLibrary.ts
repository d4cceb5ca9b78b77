type TaskLibrary = typeof import('@huggingface/tasks');

/**
 * What is written about tasks and libraries for everybody: what a task is for, and the code that loads a model. Loading it
 * takes a tenth of a second and 9 MB, so only pages that show it do.
 */
export function taskLibrary(): Promise<TaskLibrary> {
  return import('@huggingface/tasks');
}
