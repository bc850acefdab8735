#include "codec/map_keys.h"

#include <algorithm>

namespace tidemark::codec {

std::optional<std::string_view> duplicate_key(const Document::Map& members) {
  constexpr std::size_t kFew = 12;  // up to here comparing all pairs is cheaper than sorting
  if (members.size() <= kFew) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].key == members[j].key) return members[i].key;
      }
    }
    return std::nullopt;
  }
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const DocumentMember& member : members)
    keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  const auto found = std::adjacent_find(keys.begin(), keys.end());
  return found == keys.end() ? std::nullopt : std::optional(*found);
}

}  // namespace tidemark::codec
