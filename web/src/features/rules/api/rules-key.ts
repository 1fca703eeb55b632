/** Every query about rules starts with this key. */
export const RULES_KEY = ['rules'] as const;
