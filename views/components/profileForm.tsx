import { safeUrl } from '../safe.js';
import { Avatar } from './avatar.js';
import { CsrfField, ErrorSummary, Field, type FormErrors, TextField } from './form.js';

export interface ProfileFormView {
  readonly name: string;
  readonly fullName: string;
  readonly bio: string;
  readonly hasAvatar: boolean;
  readonly maxFullName: number;
  readonly maxBio: number;
}

interface ProfileFormProps {
  readonly action: string;
  readonly view: ProfileFormView;
  readonly errors: FormErrors;
}

/** Name, words and picture of a person or an organisation. */
export function ProfileForm({ action, view, errors }: ProfileFormProps) {
  return (
    <form class="form panel" method="post" action={safeUrl(action)} enctype="multipart/form-data">
      <CsrfField />
      <ErrorSummary errors={errors} />
      <TextField name="fullName" label="Name" value={view.fullName} maxlength={view.maxFullName} autocomplete="name" />
      <Field name="bio" label="About" hint={`Plain text, at most ${view.maxBio} characters.`}>
        {(attributes) => (
          <textarea {...attributes} class="input" rows={4} maxlength={view.maxBio} dir="auto">
            {view.bio}
          </textarea>
        )}
      </Field>
      <div class="picture-line">
        <Avatar name={view.name} size={64} />
        <Field
          name="avatar"
          label="Picture"
          hint="PNG, JPEG, WebP or GIF, up to 4 MB; cut to a square."
          errors={errors}
        >
          {(attributes) => (
            <input {...attributes} class="input" type="file" accept="image/png,image/jpeg,image/webp,image/gif" />
          )}
        </Field>
      </div>
      {view.hasAvatar && (
        <label class="checkbox">
          <input type="checkbox" name="removeAvatar" value="1" />
          <span>Take the picture away</span>
        </label>
      )}
      <div>
        <button class="button button-primary" type="submit">
          Save
        </button>
      </div>
    </form>
  );
}
