const FRAMEWORKS: Record<string, string> = {
  tsc: 'SOC 2',
  soc2: 'SOC 2',
  soc_2: 'SOC 2',
  iso_27001: 'ISO 27001',
  iso27001: 'ISO 27001',
  pci_dss: 'PCI DSS',
  nist_800_53: 'NIST 800-53',
  cis: 'CIS',
  hipaa: 'HIPAA',
  gdpr: 'GDPR',
};

/** Controls by framework, under the names that auditors use. */
export function readControls(controls: unknown): { framework: string; ids: string[] }[] {
  if (typeof controls !== 'object' || controls === null) return [];
  return Object.entries(controls).flatMap(([key, ids]) => {
    const known = (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === 'string');
    return known.length > 0 ? [{ framework: FRAMEWORKS[key] ?? key, ids: known }] : [];
  });
}
