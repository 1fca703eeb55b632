import { generate } from 'selfsigned';

/** A certificate for 127.0.0.1 and localhost that vouches for itself, in PEM. Who is to trust it is given `certificate`. */
export interface TestCertificate {
  certificate: string;
  key: string;
}

/** Makes one, valid for a day. */
export async function createTestCertificate(): Promise<TestCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 24 * 3600 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: cert, key };
}
