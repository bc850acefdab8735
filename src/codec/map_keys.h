#pragma once

#include <optional>
#include <string_view>

#include "codec/document.h"

namespace tidemark::codec {

/// A key that stands more than once in the map: readers refuse such messages, because two parsers
/// could see two different values. nullopt: none.
std::optional<std::string_view> duplicate_key(const Document::Map& members);

}  // namespace tidemark::codec
