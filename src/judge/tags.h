#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tidemark::judge {

/// What people sort detectors by, as the tags of AWS: values by their keys. No band and no finding
/// depends on them.
using Tags = std::map<std::string, std::string>;

/// Who answers for what is watched: metrics of one owner are the nearer siblings.
inline constexpr const char* kOwnerTag = "owner";

/// Number and lengths (model/limits.h): `Errc::invalid`, naming the tag and the limit.
Result<void> check_tags(const Tags& tags);
/// An object of texts; anything else is `Errc::invalid`, naming the member as one of `where`.
Result<Tags> tags_from_json(const nlohmann::json& from, const std::string& where);

}  // namespace tidemark::judge
