/** Files that this hub or a person reads as text: one of them is moved into LFS alone, never with all others of its kind. */
const readAsText = /\.(json|md|txt|ya?ml|py|jinja|html|cfg|toml)$/i;
const maxPatterns = 20;
const maxPatternLength = 200;

/**
 * The command that moves files which are already committed into Git LFS. It is copied into a shell, and the names are a
 * stranger's: of them only letters, digits and `._/-` stay, and `*` stands for the rest.
 * @param scope which commits are rewritten, such as `--everything`
 */
export function migrateCommand(paths: readonly string[], scope: string): string {
  return ['git lfs migrate import', `--include="${includePatterns(paths)}"`, scope].filter(Boolean).join(' ');
}

/** `*.ext` for each extension, the path where that would take too much: what `--include` takes. */
function includePatterns(paths: readonly string[]): string {
  const exact = new Set(paths.map(patternOf));
  const patterns = exact.size <= maxPatterns ? exact : new Set(paths.map(wholeKind));
  return [...patterns].slice(0, 200).join(',');
}

function patternOf(path: string): string {
  return readAsText.test(path) ? plain(path) : wholeKind(path);
}

function wholeKind(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return plain(dot > 0 ? `*${name.slice(dot)}` : path);
}

function plain(pattern: string): string {
  return (
    pattern.slice(0, maxPatternLength).replace(/[^A-Za-z0-9._/*-]+/g, '*') +
    (pattern.length > maxPatternLength ? '*' : '')
  );
}
