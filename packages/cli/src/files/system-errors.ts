/** What the system's codes mean to a person. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied, who owns it?',
  EPERM: 'permission denied, who owns it?',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left, free some and try again',
  EDQUOT: 'your quota is used up, free some space and try again',
  EISDIR: 'a folder has its name',
  ENOTDIR: 'a part of its path is a file',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead round in a circle',
};

/** Why the system refused, with its code: `the file system is read-only (EROFS)`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return Object.hasOwn(meanings, code) ? `${meanings[code]} (${code})` : message;
}
