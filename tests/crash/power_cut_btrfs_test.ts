import { longMode } from "../support/long_test.ts";
import { testPowerCuts } from "../support/power_cut_scenes.ts";

if (longMode) testPowerCuts("btrfs");
