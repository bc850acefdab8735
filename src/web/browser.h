#pragma once

#include "net/http.h"

namespace tidemark::web {

/// Whether a browser asks, with a person before it: it names text/html as what it reads.
bool is_from_browser(const net::HttpRequest& request);

}  // namespace tidemark::web
