#include "web/own/choices_form.h"

#include <cctype>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/zone.h"
#include "judge/choices_json.h"
#include "web/own/members.h"

namespace tidemark::web::own {
namespace {

constexpr const char* kWhere = "choices.";
constexpr std::string_view kExcludedMembers[] = {"from", "to", "mute", "learn"};
constexpr std::string_view kCalendarUseMembers[] = {"name", "days", "mute", "learn"};

std::optional<ApiError> refuse_unknown_items(const json& choices, const char* list, Members known) {
  const auto found = choices.find(list);
  if (found == choices.end() || !found->is_array()) return std::nullopt;
  for (std::size_t i = 0; i < found->size(); ++i) {
    auto refusal = refuse_unknown((*found)[i], known, fmt::format("{}{}[{}].", kWhere, list, i));
    if (refusal) return refusal;
  }
  return std::nullopt;
}

std::optional<ApiError> refuse_unknown_choices(const json& given) {
  if (!given.is_object()) return std::nullopt;
  const json all = judge::shown_choices_json({});
  std::vector<std::string_view> known;
  for (const auto& [name, value] : all.items())
    known.emplace_back(name);
  if (auto refusal = refuse_unknown(given, known, kWhere)) return refusal;
  if (auto refusal = refuse_unknown_items(given, "excluded", kExcludedMembers)) return refusal;
  return refuse_unknown_items(given, "calendars", kCalendarUseMembers);
}

/// What a refusal begins with, as `width` or `excluded[0].from`; "choices" where that is no choice.
std::string field_of(const std::string& message) {
  if (message.starts_with("calendar ") || message.starts_with("a calendar"))
    return std::string(kWhere) + "calendars";
  std::size_t end = 0;
  const auto is_path = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_[].").find(c) != std::string_view::npos;
  };
  while (end < message.size() && is_path(message[end]))
    ++end;
  const std::string path = message.substr(0, end);
  const bool is_choice =
      judge::shown_choices_json({}).contains(path.substr(0, path.find_first_of("[.")));
  return is_choice ? kWhere + path : "choices";
}

/// The rest of check_choices() has names that this API has, too; these are of CloudWatch's.
Result<void> check_in_own_words(const judge::DetectorChoices& choices) {
  if (choices.excluded.size() > judge::kExcludedRangesMax) {
    return fail(Errc::invalid,
                fmt::format("excluded has {} ranges, limit {}",
                            choices.excluded.size(),
                            judge::kExcludedRangesMax));
  }
  for (std::size_t i = 0; i < choices.excluded.size(); ++i) {
    const judge::ExcludedRange& range = choices.excluded[i];
    if (range.start < range.end) continue;
    return fail(Errc::invalid,
                fmt::format("excluded[{}].to {} must be after from, {}",
                            i,
                            format_rfc3339(range.end),
                            format_rfc3339(range.start)));
  }
  if (!Zone::is_known(choices.timezone)) {
    return fail(Errc::invalid,
                fmt::format("timezone '{}' is no time zone; one is called like Europe/Berlin",
                            choices.timezone.substr(0, judge::kTimezoneMaxBytes)));
  }
  return judge::check_choices(choices);
}

}  // namespace

tl::expected<judge::DetectorChoices, ApiError> read_choices(const json& given,
                                                            judge::DetectorChoices base) {
  if (auto refusal = refuse_unknown_choices(given)) return tl::unexpected(*std::move(refusal));
  const auto refused = [](const Error& error) {
    return invalid_field(field_of(error.what), error.what);
  };
  auto read = judge::choices_from_json(given, std::move(base));
  if (!read) return refused(read.error());
  const auto checked = check_in_own_words(*read);
  if (!checked) return refused(checked.error());
  return *std::move(read);
}

}  // namespace tidemark::web::own
