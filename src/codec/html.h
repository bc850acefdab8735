#pragma once

#include <string>
#include <string_view>

namespace tidemark::codec {

/// `text` with & < > " ' as entities: safe as text and as attribute value in HTML and SVG. What is
/// no UTF-8, and NUL, becomes U+FFFD.
std::string escape_html(std::string_view text);

}  // namespace tidemark::codec
