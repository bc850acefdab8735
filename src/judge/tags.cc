#include "judge/tags.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/limits.h"

namespace tidemark::judge {

Result<void> check_tags(const Tags& tags) {
  if (tags.size() > limits::kTagsMax) {
    return fail(Errc::invalid,
                fmt::format("tags has {} keys, limit {}", tags.size(), limits::kTagsMax));
  }
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > limits::kTagKeyMaxBytes) {
      return fail(Errc::invalid,
                  fmt::format("tags: a key has 1 to {} bytes, '{}' has {}",
                              limits::kTagKeyMaxBytes,
                              key.substr(0, limits::kTagKeyMaxBytes),
                              key.size()));
    }
    if (value.size() > limits::kTagValueMaxBytes) {
      return fail(
          Errc::invalid,
          fmt::format(
              "tags.{} has {} bytes, limit {}", key, value.size(), limits::kTagValueMaxBytes));
    }
  }
  return {};
}

Result<Tags> tags_from_json(const nlohmann::json& from, const std::string& where) {
  if (!from.is_object()) return fail(Errc::invalid, where + " must be an object of texts");
  Tags out;
  for (const auto& [key, value] : from.items()) {
    if (!value.is_string()) {
      return fail(
          Errc::invalid,
          fmt::format("{}.{} must be a text", where, key.substr(0, limits::kTagKeyMaxBytes)));
    }
    out.emplace(key, value.get<std::string>());
  }
  return out;
}

}  // namespace tidemark::judge
