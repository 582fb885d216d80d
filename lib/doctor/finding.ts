import type { System } from "../host/system.ts";
import type { Repository } from "../repos_conf/repository.ts";
import type { RcuRepository } from "../storage/rcu_repository.ts";
import type { StoreLayout } from "../store/layout.ts";

/** Something that is wrong, or will be. */
export interface Finding {
  /** Names the kind of finding, for scripts. */
  readonly check: string;
  /** Works as it is, but could be better; nothing that a monitor should wake somebody for. */
  readonly isAdvice?: boolean;
  /** What was found, with its path: a sentence without a period. */
  readonly what: string;
  /** What comes of it. */
  readonly why: string;
  /** The command that mends it, or what to do where no command can. */
  readonly mend: string;
  /** Mends it; only where this cannot lose anything that somebody wants. */
  readonly fix?: () => Promise<void>;
}

/** What is examined. */
export interface Patient {
  readonly system: System;
  readonly repository: Repository;
  readonly rcu: RcuRepository;
  readonly layout: StoreLayout;
}

/** Looks for one kind of trouble. It takes no lock and changes nothing. */
export type Check = (patient: Patient) => readonly Finding[] | Promise<readonly Finding[]>;
