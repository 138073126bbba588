module.exports=[4539,a=>{"use strict";a.s([])}];

//# sourceMappingURL=1vm5_next-chat__next-internal_server_app__not-found_page_actions_19m4dtx8i-ih5.js.map