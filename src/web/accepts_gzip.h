#pragma once

#include <string_view>

namespace tidemark::web {

/// Whether a client that sent this Accept-Encoding (RFC 9110, section 12.5.3) reads gzip: it is
/// named, or `*` is and gzip is not, with a weight above 0. An empty header: no.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace tidemark::web
