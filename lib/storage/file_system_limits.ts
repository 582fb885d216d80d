import { isErrno } from "../base/errno.ts";

/** Whether link(2) failed since no such hard link can be made here: a copy has to do. */
export function cannotLink(error: unknown): boolean {
  return isErrno(error, "EXDEV", "EPERM", "EMLINK", "EOPNOTSUPP", "ENOTSUP");
}

/** Whether kernel or file system know no exchange of two names by renameat2(2): two steps have to do. */
export function cannotExchange(error: unknown): boolean {
  return isErrno(error, "ENOSYS", "EINVAL", "EOPNOTSUPP");
}
