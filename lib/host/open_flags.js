// @ts-check
/**
 * The flags of open(2) that are other bits on 64-bit ARM than elsewhere.
 *
 * Plain JavaScript, since it has two lives: a module of this program, and, as text, part of the programs of workers,
 * where neither a bundle's other modules nor a compiler are at hand.
 */

const isArm = Deno.build.arch === "aarch64";

export const O_DIRECTORY = isArm ? 0o40000 : 0o200000;
export const O_NOFOLLOW = isArm ? 0o100000 : 0o400000;
