#pragma once

#include <string>
#include <vector>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// Sorted by key; of equal keys the last of `added` wins.
std::vector<Tag> merged_tags(std::vector<Tag> have, const std::vector<Tag>& added);
std::string tags_to_json(const std::vector<Tag>& tags);
Result<std::vector<Tag>> tags_from_json(const std::string& text);

}  // namespace tidemark::alarm
