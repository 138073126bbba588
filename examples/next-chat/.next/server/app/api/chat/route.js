var R=require("../../../chunks/[turbopack]_runtime.js")("server/app/api/chat/route.js")
R.c("server/chunks/[externals]__0o95afu5qyuc6._.js")
R.c("server/chunks/[root-of-the-server]__08i9d-tasnfmq._.js")
R.c("server/chunks/1vm5_next-chat__next-internal_server_app_api_chat_route_actions_0m6vnhrd5nj_n.js")
R.m(31616)
module.exports=R.m(31616).exports
