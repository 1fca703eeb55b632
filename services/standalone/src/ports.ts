import { createServer } from 'node:net';
import { AppError } from '@mcm/kernel';

/**
 * Makes sure that a port can be had before anything else is started.
 *
 * @throws AppError `HOST.PORT_TAKEN` with the way out
 */
export async function requirePort(host: string, port: number, variable: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      throw new AppError(
        'conflict',
        'HOST.PORT_TAKEN',
        `Port ${port} is taken by another program. Stop that program, or choose another port: ${variable}=${port + 1} npm start`,
        { cause: error },
      );
    }
    throw new AppError(
      'conflict',
      'HOST.CANNOT_LISTEN',
      `Cannot listen on ${host} port ${port} (${code ?? 'unknown error'}). Set HOST or ${variable} to something this machine allows.`,
      { cause: error },
    );
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
