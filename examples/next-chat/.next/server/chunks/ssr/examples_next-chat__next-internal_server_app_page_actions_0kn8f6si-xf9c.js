module.exports=[1866,a=>{"use strict";a.s([])}];

//# sourceMappingURL=examples_next-chat__next-internal_server_app_page_actions_0kn8f6si-xf9c.js.map