import { OctavusClient } from '@octavus/server-sdk';
import { createApp } from './app.ts';

const port = Number(process.env.PORT ?? 3000);
createApp(OctavusClient.fromEnv()).listen(port, () => console.log(`http://localhost:${port}`));
