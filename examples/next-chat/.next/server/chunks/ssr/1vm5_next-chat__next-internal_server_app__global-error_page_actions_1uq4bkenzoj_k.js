module.exports=[28885,a=>{"use strict";a.s([])}];

//# sourceMappingURL=1vm5_next-chat__next-internal_server_app__global-error_page_actions_1uq4bkenzoj_k.js.map