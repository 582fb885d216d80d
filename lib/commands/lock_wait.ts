/** How long a command waits for another writer of a store when it is not told. */
export const DEFAULT_LOCK_WAIT_SECONDS = 60;
