/** What version control systems call the directory in a checkout that is theirs. */
export const VCS_DIRECTORIES: readonly string[] = ["CVS", "RCS", "SCCS", ".bzr", ".git", ".hg", ".svn"];
