#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tidemark::judge {

/// What people sort detectors by, as the tags of AWS: values by their keys. No band and no finding
/// depends on them.
using Tags = std::map<std::string, std::string>;
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kTagKeyMaxBytes = 128;  ///< at least 1
inline constexpr std::size_t kTagValueMaxBytes = 256;

/// Who answers for what is watched: metrics of one owner are the nearer siblings.
inline constexpr const char* kOwnerTag = "owner";

/// Number and lengths: `Errc::invalid`, naming the tag and the limit.
Result<void> check_tags(const Tags& tags);
/// An object of texts; anything else is `Errc::invalid`, naming the member as one of `where`.
Result<Tags> tags_from_json(const nlohmann::json& from, const std::string& where);

}  // namespace tidemark::judge
