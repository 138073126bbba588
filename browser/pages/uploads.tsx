import { uploadFiles } from '@octavus/react';

Object.assign(window, { uploadFiles });
