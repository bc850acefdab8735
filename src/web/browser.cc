#include "web/browser.h"

namespace tidemark::web {

bool is_from_browser(const net::HttpRequest& request) {
  // Java's own client names text/html by default, and AWS' example of a receiver, which reads the
  // XML, opens the link with it.
  const bool java =
      request.header("user-agent").value_or("").find("Java/") != std::string_view::npos;
  return !java && request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

}  // namespace tidemark::web
