/** The key of the one query about the session: who uses the page. */
export const SESSION_KEY = ['session'] as const;
