import { Env } from '@mcm/platform';
import { IsInt, IsNotEmpty, IsOptional, Max, Min } from 'class-validator';

/** Where rules are and how the detector keeps its windows. */
export class RulesConfig {
  /** Folder with rule packs; relative paths start at the working directory. */
  @Env('RULES_PATH')
  @IsNotEmpty()
  path: string = 'rules';

  /** File with the values of placeholders (`%name%`) in rules; without one, rules that use some are refused. */
  @Env('RULES_PLACEHOLDERS')
  @IsOptional()
  @IsNotEmpty()
  placeholders?: string;

  /** How late an event may arrive and still count in its window. */
  @Env('RULES_LATENESS_SECONDS')
  @IsInt()
  @Min(0)
  @Max(7 * 24 * 3600)
  latenessSeconds: number = 3600;

  /** Most stored events that trying a rule looks at. */
  @Env('RULES_PREVIEW_EVENTS')
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  previewEvents: number = 1_000_000;

  /** Longest time that trying a rule takes. */
  @Env('RULES_PREVIEW_SECONDS')
  @IsInt()
  @Min(1)
  @Max(24 * 3600)
  previewSeconds: number = 60;

  /** Memory of the process in which rules from outside are compiled and evaluated: previews, explanations, runs, `rules check`. */
  @Env('RULES_SANDBOX_MEMORY_MB')
  @IsInt()
  @Min(64)
  @Max(65_536)
  sandboxMemoryMb: number = 512;

  /** How long that process may be busy without a sign of life before it is killed. */
  @Env('RULES_SANDBOX_SECONDS')
  @IsInt()
  @Min(1)
  @Max(3600)
  sandboxSeconds: number = 60;
}
