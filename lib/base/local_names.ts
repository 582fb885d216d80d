/** Directories at the top of a repository that are the host's own; no sync ever touches them. */
export const LOCAL_NAMES: ReadonlySet<string> = new Set(["distfiles", "local", "lost+found", "packages"]);
