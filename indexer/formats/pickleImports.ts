export type Verdict = 'innocuous' | 'suspicious' | 'dangerous';

/** Imports that rebuild tensors and plain containers, and nothing else. */
const innocuous = [
  /^collections (OrderedDict|Counter|defaultdict)$/,
  /^torch (Float|Half|BFloat16|Double|Long|Int|Short|Char|Byte|Bool|ComplexFloat|ComplexDouble|QInt8|QUInt8|QInt32|QUInt4x2|QUInt2x4)Storage$/,
  /^torch\.storage (TypedStorage|UntypedStorage|_UntypedStorage)$/,
  /^torch\._utils _rebuild_(parameter|parameter_with_state|qtensor|tensor|tensor_v2|tensor_v3|sparse_tensor|meta_tensor_no_storage|wrapper_subclass|device_tensor_from_numpy|device_tensor_from_cpu_tensor)$/,
  /^torch\._tensor _rebuild_from_type_v2$/,
  /^torch\.nn\.parameter Parameter$/,
  /^torch (Size|Tensor|device|dtype|float16|float32|float64|bfloat16|int8|int16|int32|int64|uint8|uint16|uint32|uint64|bool|half|float|double|short|int|long|complex32|complex64|complex128|float8_\w+|q\w*int\d+\w*)$/,
  /^torch per_(tensor|channel)_(affine|symmetric|affine_float_qparams)$/,
  /^torch\.serialization _get_layout$/,
  /^_codecs encode$/,
  /^(builtins|__builtin__) (set|frozenset|bytearray|complex|int|float|list|dict|tuple|str|bytes|object)$/,
  /^copy_?reg _reconstructor$/,
  /^numpy (ndarray|dtype)$/,
  /^numpy\.(core|_core)\.(multiarray|numeric) (_reconstruct|scalar|_frombuffer)$/,
];

/** Modules of which every import can run code, open files or reach the network. */
const dangerousModules =
  /^(os|posix|nt|sys|subprocess|socket|ssl|shutil|ctypes|asyncio|aiohttp|httplib|http|ftplib|smtplib|telnetlib|xmlrpc|requests|urllib|urllib2|runpy|pdb|bdb|pickle|_pickle|pip|commands|pty|pydoc|profile|cProfile|timeit|test|uuid|venv|webbrowser|importlib|code|codeop|marshal|dill|cloudpickle|multiprocessing|threading|signal|tempfile|pathlib|distutils|idlelib|lib2to3|ensurepip|imaplib|doctest|trace|pkgutil|joblib|_io|_osx_support|_aix_support|_pyrepl|numpy\.f2py|numpy\.testing\._private|torch\.fx\.experimental)(\.|$)/;
const dangerousNames = [
  /^(builtins|__builtin__) (eval|exec|compile|getattr|setattr|delattr|apply|open|breakpoint|input|globals|vars|__import__|execfile)$/,
  /^_?operator (attrgetter|itemgetter|methodcaller)$/,
  /^functools (partial|reduce)$/,
  /^types (CodeType|FunctionType)$/,
  /^io (FileIO|open)$/,
  /^logging FileHandler$/,
  /^numpy (load|f2py.*)$/,
  /^pandas read_pickle$/,
  /^torch (load|hub.*)$/,
  /^torch\.(serialization|hub|jit\.unsupported_tensor_ops|_inductor\.codecache|_dynamo\.guards|utils\..*) /,
];

/** What loading a pickle that imports `module name` could do. Names that could not be told are dangerous. */
export function verdictOf(module: string, name: string): Verdict {
  if (module === '?' || name === '?') return 'dangerous';
  // Since protocol 4 a name may be a path: `torch` + `os.system` reaches what `os` + `system` does.
  if (name.includes('.') && name.split('.').some((part) => dangerousModules.test(part))) return 'dangerous';
  const imported = `${module} ${name}`;
  if (innocuous.some((pattern) => pattern.test(imported))) return 'innocuous';
  if (dangerousModules.test(module) || dangerousNames.some((pattern) => pattern.test(imported))) return 'dangerous';
  return 'suspicious';
}
