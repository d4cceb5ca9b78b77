import { safeUrl } from '../safe.js';

interface FileFieldProps {
  readonly label: string;
  readonly accept: string | undefined;
  /** Where an example's file lies; empty = there is none. */
  readonly source: string;
  readonly takesAddresses: boolean;
  /** The model's page. */
  readonly repository: string;
}

/** A file to choose; an example's file, or one that the hub fetches, stands in for it until one is chosen. */
export function FileField({ label, accept, source, takesAddresses, repository }: FileFieldProps) {
  const isOwn = source.startsWith('data:');
  const hasAddress = takesAddresses && !isOwn;
  return (
    <>
      <div class="field">
        <label for="widget-file">{label}</label>
        <input
          class="widget-file"
          type="file"
          id="widget-file"
          name="file"
          accept={accept}
          required={source === '' && !hasAddress}
          aria-describedby="widget-file-note"
        />
        {!hasAddress && source !== '' && <input type="hidden" name="src" value={source} />}
        <p class="widget-note" id="widget-file-note">
          At most 10 MiB.{' '}
          {!hasAddress && source !== '' && (
            <span data-source>Without a file: {isOwn || source.startsWith('/') ? 'the example’s own' : source}.</span>
          )}
        </p>
        <div class="widget-preview" data-preview>
          <Preview {...{ source, repository, label }} isSound={accept === 'audio/*'} />
        </div>
      </div>
      {hasAddress && (
        <div class="field">
          <label for="widget-src">Or where it lies: an address, or a file of this repository</label>
          <input class="input" id="widget-src" name="src" value={source} inputmode="url" autocomplete="off" />
        </div>
      )}
    </>
  );
}

/** The file of an example that is there to be read. */
export function FileOfExample({ label, accept, source, repository }: FileFieldProps) {
  const isSound = accept === 'audio/*';
  return (
    <div class="field">
      <p class="field-label">{label}</p>
      <input type="hidden" name="src" value={source} />
      <div class="widget-preview" data-preview data-sound={isSound ? '' : undefined}>
        <Preview {...{ source, repository, label, isSound }} />
      </div>
    </div>
  );
}

interface PreviewProps extends Pick<FileFieldProps, 'source' | 'repository' | 'label'> {
  readonly isSound: boolean;
}

/** What the hub has itself can be looked at; what is elsewhere would be told who looks. */
function Preview({ source, repository, label, isSound }: PreviewProps) {
  if (source === '' || /^https?:/i.test(source)) return null;
  const address = /^(data:(image|audio)\/|\/)/i.test(source)
    ? source
    : safeUrl(`${repository}/resolve/HEAD/${source.split('/').map(encodeURIComponent).join('/')}`);
  if (!isSound) return <img src={address} alt={`${label} of the example`} />;
  // biome-ignore lint/a11y/useMediaCaption: its words are what the model is asked for
  return <audio class="widget-sound" controls preload="metadata" src={address} />;
}
