globalThis.__BUILD_MANIFEST = {
  "pages": {
    "/_app": []
  },
  "devFiles": [],
  "polyfillFiles": [
    "static/chunks/0cz1d0mv5g_q7.js"
  ],
  "lowPriorityFiles": [
    "static/jLj-VxYorWa26u_30JY5P/_buildManifest.js",
    "static/jLj-VxYorWa26u_30JY5P/_ssgManifest.js",
    "static/jLj-VxYorWa26u_30JY5P/_clientMiddlewareManifest.js"
  ],
  "rootMainFiles": [
    "static/chunks/1sz1es1gidxd_.js",
    "static/chunks/258naf1o_16m7.js",
    "static/chunks/29quovwag-tg2.js",
    "static/chunks/turbopack-2u1d16houkiyo.js"
  ],
  "rootMainFilesTree": {},
  "pagesChunkGroupBootstrapParams": {
    "/page": {
      "otherChunks": [
        "static/chunks/1sz1es1gidxd_.js",
        "static/chunks/258naf1o_16m7.js",
        "static/chunks/29quovwag-tg2.js"
      ],
      "runtimeModuleIds": [
        45930
      ]
    },
    "/_not-found/page": {
      "otherChunks": [
        "static/chunks/1sz1es1gidxd_.js",
        "static/chunks/258naf1o_16m7.js",
        "static/chunks/29quovwag-tg2.js"
      ],
      "runtimeModuleIds": [
        45930
      ]
    },
    "/_global-error/page": {
      "otherChunks": [
        "static/chunks/1sz1es1gidxd_.js",
        "static/chunks/258naf1o_16m7.js",
        "static/chunks/29quovwag-tg2.js"
      ],
      "runtimeModuleIds": [
        45930
      ]
    }
  },
  "chunkLoadingGlobal": "TURBOPACK"
};
