#include "cli/detect/choices.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/zone.h"
#include "cli/rows/cell.h"

namespace tidemark::cli::detect {
namespace {

using nlohmann::json;

struct ChoiceFlag {
  const char* name;
  const char* value;  ///< nullptr: it takes none and means true
  bool repeats;
  const char* help;
};
constexpr ChoiceFlag kFlags[] = {
    {"width",
     "K",
     false,
     "Width of the band, 0.1 to 10, in place of --confidence; what lies outside is a finding"},
    {"watch", "SIDE", false, "Which side is worth a finding: both, above, below"},
    {"timezone",
     "ZONE",
     false,
     "IANA name of the zone whose days, hours and daylight saving the series follows (UTC)"},
    {"exclude",
     "FROM/TO",
     true,
     "A range that gives no finding and is not learned; with ,learn=true or ,mute=false"},
    {"calendar",
     "DAYS",
     true,
     "Such days, as 12-25,easter-2,sat (docs/findings.md); with ,learn=true or ,mute=false"},
    {"adaptation", "SPEED", false, "How fast a change is followed: slow, normal, fast"},
    {"filtering",
     "DEGREE",
     false,
     "How early outliers are not followed: minimal, moderate, strict"},
    {"periodic-spikes", nullptr, false, "Spikes are part of the season"},
    {"min-deviation", "SIZE", false, "A half-width is never below this"},
    {"min-relative-deviation", "PART", false, "... nor below this part of the expected value"},
    {"lower-limit", "VALUE", false, "The series cannot be below this, nor can its band"},
    {"upper-limit", "VALUE", false, "... nor above this"},
};

std::string member_of(std::string flag) {
  std::replace(flag.begin(), flag.end(), '-', '_');
  return flag;
}

std::vector<std::string> items_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.emplace_back(rows::trimmed(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

/// Takes mute=… and learn=… out of `items`, as members of what they stand behind.
Result<json> take_members(std::vector<std::string>* items) {
  json out = json::object();
  std::string wrong;
  std::erase_if(*items, [&](const std::string& item) {
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) return false;
    const std::string name = item.substr(0, equals);
    if (name != "mute" && name != "learn") return false;
    out[name] = judge::plain_choice_json(item.substr(equals + 1));
    if (!out[name].is_boolean()) wrong = item;
    return true;
  });
  if (wrong.empty()) return out;
  return fail(Errc::invalid,
              fmt::format("{} must be true or false", wrong.substr(0, wrong.find('='))));
}

Result<json> range_of(const std::string& text) {
  auto items = items_of(text);
  TM_TRY(json out, take_members(&items));
  const std::size_t slash = items.size() == 1 ? items[0].find('/') : std::string::npos;
  if (slash == std::string::npos) {
    return fail(Errc::invalid, "wants FROM/TO, such as 2026-03-01/2026-03-03T12:00:00Z");
  }
  TM_TRY(const auto from, rows::parse_first_time(items[0].substr(0, slash)));
  TM_TRY(const auto to, rows::parse_first_time(items[0].substr(slash + 1)));
  if (!(from < to)) {
    return fail(
        Errc::invalid,
        fmt::format(
            "the end {} must be after the beginning {}", format_rfc3339(to), format_rfc3339(from)));
  }
  out["from"] = format_rfc3339(from);
  out["to"] = format_rfc3339(to);
  return out;
}

Result<json> calendar_of(const std::string& text) {
  auto items = items_of(text);
  TM_TRY(json out, take_members(&items));
  out["name"] = "--calendar";
  out["days"] = items;
  return out;
}

/// A choice that is neither a range nor a calendar. What choices_from_json() would refuse in words
/// that are not the command line's is refused here.
Result<json> single_of(const GivenChoice& given) {
  json out = judge::plain_choice_json(given.text);
  if (given.flag.ends_with("-limit") && !out.is_number())
    return fail(Errc::invalid, fmt::format("{} must be a number", member_of(given.flag)));
  if (given.flag == "timezone" && (given.text.empty() || !Zone::is_known(given.text)))
    return fail(Errc::invalid, "no time zone; one is called like Europe/Berlin, or UTC");
  return out;
}

/// What of the choices the flag changes.
Result<json> change_of(const GivenChoice& given, const judge::DetectorChoices& base) {
  const bool is_range = given.flag == "exclude";
  if (!is_range && given.flag != "calendar") {
    TM_TRY(auto value, single_of(given));
    return json{{member_of(given.flag), std::move(value)}};
  }
  const char* member = is_range ? "excluded" : "calendars";
  json list = judge::choices_json(base)[member];
  if (is_range) {
    TM_TRY(auto range, range_of(given.text));
    list.push_back(std::move(range));
    if (list.size() > judge::kExcludedRangesMax) {
      return fail(Errc::invalid,
                  fmt::format("there may be at most {} ranges", judge::kExcludedRangesMax));
    }
  } else {
    TM_TRY(auto calendar, calendar_of(given.text));
    list.push_back(std::move(calendar));
  }
  return json{{member, std::move(list)}};
}

}  // namespace

void add_choice_flags(CLI::App* command, std::vector<GivenChoice>* given) {
  for (const ChoiceFlag& flag : kFlags) {
    const std::string name = flag.name;
    CLI::Option* option = nullptr;
    if (flag.value == nullptr) {
      option = command->add_flag_callback("--" + name, [=] { given->push_back({name, "true"}); });
    } else {
      option = command->add_option_function<std::vector<std::string>>(
          "--" + name, [=](const std::vector<std::string>& texts) {
            for (const std::string& text : texts)
              given->push_back({name, text});
          });
      option->type_name(flag.value)->allow_extra_args(false)->expected(1);
      if (flag.repeats) option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
    option->description(flag.help)->group("Choices, as a detector of the server has them");
  }
}

Result<judge::DetectorChoices> read_choices(const std::vector<GivenChoice>& given,
                                            judge::DetectorChoices base) {
  // Two flags may be right only together: what counts is the check after the last of them.
  Result<void> wrong;
  for (const GivenChoice& each : given) {
    const auto refuse = [&each](const Error& error) {
      return fail(
          Errc::invalid,
          fmt::format("--{} {}: {}", each.flag, each.text.empty() ? "''" : each.text, error.what));
    };
    const auto change = change_of(each, base);
    if (!change) return refuse(change.error());
    auto changed = judge::choices_from_json(*change, std::move(base));
    if (!changed) return refuse(changed.error());
    base = *std::move(changed);
    const auto checked = judge::check_choices(base);
    if (checked) {
      wrong = {};
    } else if (wrong) {
      wrong = refuse(checked.error());
    }
  }
  TM_TRY_VOID(wrong);
  return base;
}

bool has_choice(const std::vector<GivenChoice>& given, std::string_view flag) {
  return std::any_of(
      given.begin(), given.end(), [&](const GivenChoice& each) { return each.flag == flag; });
}

}  // namespace tidemark::cli::detect
