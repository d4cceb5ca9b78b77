/** Tensors that old checkpoints hold although they are no weights: 0, 1, 2… */
export const buffers = /(^|\.)(position_ids|token_type_ids)$/;

/** Names as architectures know them: heads keep the body under `prefix`, and files made from TensorFlow say gamma and beta. */
export function bodyNames(prefix: string): (name: string) => string {
  return (name) => {
    const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return bare.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');
  };
}
