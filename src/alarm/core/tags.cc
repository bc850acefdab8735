#include "alarm/core/tags.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tidemark::alarm {

std::vector<Tag> merged_tags(std::vector<Tag> have, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    const auto same = std::find_if(
        have.begin(), have.end(), [&tag](const Tag& other) { return other.key == tag.key; });
    if (same == have.end()) {
      have.push_back(tag);
    } else {
      same->value = tag.value;
    }
  }
  std::sort(have.begin(), have.end(), [](const Tag& a, const Tag& b) { return a.key < b.key; });
  return have;
}

std::string tags_to_json(const std::vector<Tag>& tags) {
  nlohmann::json out = nlohmann::json::array();
  for (const Tag& tag : tags)
    out.push_back({{"key", tag.key}, {"value", tag.value}});
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::vector<Tag>> tags_from_json(const std::string& text) {
  // nlohmann throws where the text is not what tags_to_json() wrote: this is the border.
  try {
    std::vector<Tag> out;
    for (const auto& tag : nlohmann::json::parse(text)) {
      out.push_back({tag.at("key").get<std::string>(), tag.at("value").get<std::string>()});
    }
    return out;
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string("tags: ") + error.what());
  }
}

}  // namespace tidemark::alarm
