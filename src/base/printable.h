#pragma once

#include <string>
#include <string_view>

namespace tidemark {

/// `text` with a blank for each control character, so that a name from outside moves no terminal's
/// cursor, ends no line, and may stand in XML.
std::string printable(std::string_view text);

}  // namespace tidemark
