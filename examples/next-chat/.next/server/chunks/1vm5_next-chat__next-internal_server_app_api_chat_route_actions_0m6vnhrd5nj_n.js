module.exports=[75513,s=>{"use strict";s.s([])}];

//# sourceMappingURL=1vm5_next-chat__next-internal_server_app_api_chat_route_actions_0m6vnhrd5nj_n.js.map