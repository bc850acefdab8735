#include "alarm/core/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/limits.h"

namespace tidemark::alarm {

tl::unexpected<AlarmError> refuse(Errc kind, std::string code, std::string message) {
  return tl::unexpected(AlarmError{kind, std::move(code), std::move(message)});
}

tl::unexpected<AlarmError> invalid(std::string message) {
  return refuse(Errc::invalid, "ValidationError", std::move(message));
}

tl::unexpected<AlarmError> missing(std::string_view parameter) {
  return refuse(
      Errc::invalid, "MissingParameter", fmt::format("The parameter {} is required.", parameter));
}

tl::unexpected<AlarmError> constraint(std::string_view value,
                                      std::string_view member,
                                      std::string_view rule) {
  return invalid(
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must {}",
                  value,
                  member,
                  rule));
}

Outcome<void> check_length(std::string_view value,
                           std::string_view member,
                           std::size_t least,
                           std::size_t most) {
  if (value.size() < least) {
    return constraint(value, member, fmt::format("have length greater than or equal to {}", least));
  }
  if (value.size() > most) {
    return constraint(value, member, fmt::format("have length less than or equal to {}", most));
  }
  return {};
}

Outcome<void> check_name(std::string_view name, std::string_view member) {
  TM_TRY_VOID(check_length(name, member, 1, kNameMaxBytes));
  const bool control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  // The name is not repeated: it may be what XML cannot hold.
  if (control) return invalid(fmt::format("The {} must not contain control characters.", member));
  return {};
}

namespace {

tl::unexpected<AlarmError> bad_tag(std::string message) {
  return refuse(Errc::invalid, "InvalidParameterValue", std::move(message));
}

}  // namespace

Outcome<void> check_tags(const std::vector<Tag>& tags) {
  if (tags.size() > limits::kTagsMax) {
    return constraint(fmt::format("{} tags", tags.size()),
                      "tags",
                      fmt::format("have length less than or equal to {}", limits::kTagsMax));
  }
  for (const Tag& tag : tags) {
    if (auto good = check_length(tag.key, "tags.key", 1, limits::kTagKeyMaxBytes); !good)
      return good;
    if (auto good = check_length(tag.value, "tags.value", 0, limits::kTagValueMaxBytes); !good)
      return good;
    // Not a word that AWS' reference has: it names the rules, not the message.
    const auto same = [&tag](const Tag& other) { return other.key == tag.key; };
    if (std::count_if(tags.begin(), tags.end(), same) > 1) {
      return bad_tag(fmt::format("The tag key {} is given more than once.", tag.key));
    }
    if (tag.key.starts_with("aws:")) {
      return bad_tag(fmt::format("The tag key {} is invalid: aws: is reserved.", tag.key));
    }
  }
  return {};
}

}  // namespace tidemark::alarm
