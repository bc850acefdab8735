#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alarm/rule.h"

/// Refusals as AWS words them, for every kind of rule.
namespace tidemark::alarm {

inline constexpr std::size_t kNameMaxBytes = 255;
inline constexpr std::size_t kDescriptionMaxBytes = 1024;

tl::unexpected<AlarmError> refuse(Errc kind, std::string code, std::string message);
/// `ValidationError`.
tl::unexpected<AlarmError> invalid(std::string message);
/// `MissingParameter`.
tl::unexpected<AlarmError> missing(std::string_view parameter);
/// AWS' form for a broken constraint of the API model.
tl::unexpected<AlarmError> constraint(std::string_view value,
                                      std::string_view member,
                                      std::string_view rule);

Outcome<void> check_length(std::string_view value,
                           std::string_view member,
                           std::size_t least,
                           std::size_t most);
/// 1 to kNameMaxBytes, no control characters.
Outcome<void> check_name(std::string_view name, std::string_view member);
Outcome<void> check_tags(const std::vector<Tag>& tags);

}  // namespace tidemark::alarm
