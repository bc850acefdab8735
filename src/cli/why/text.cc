#include "cli/why/text.h"

#include <fmt/format.h>

#include "base/people_number.h"
#include "cli/remote/answer.h"

namespace tidemark::cli::why {
namespace {

using nlohmann::json;
using remote::list_at;
using remote::number_at;
using remote::object_at;
using remote::text_at;

std::string people_text(const json& from, const char* key) {
  const auto number = number_at(from, key);
  return number ? people_number(*number) : "no data";
}

void add_list(const char* title,
              const std::vector<json>& items,
              std::string (*line)(const json&),
              std::string* out) {
  if (items.empty()) return;
  *out += fmt::format("\n{}\n", title);
  for (const json& item : items)
    *out += "  " + line(item) + "\n";
}

/// What a finding is held against. An older server does not say how far its entries are apart.
std::string slot_words(const json& answer, const json& finding) {
  const std::string step = text_at(answer, "slot_step");
  if (step.empty()) return "The same time before:";
  const double period_s = number_at(finding, "period_s").value_or(0);
  if (period_s >= 86'400) {
    return step == "week" ? "The same weekday of past weeks:" : "The days before:";
  }
  return fmt::format("The same {} of past {}s:", period_s == 3600 ? "hour" : "time", step);
}

std::string receipt_words(const json& answer) {
  const auto reproduced = answer.find("reproduced");
  if (reproduced != answer.end() && *reproduced == true) {
    return "Receipt: computed again from the stored history, equal to the last byte.";
  }
  return "Receipt: not reproduced; " + text_at(answer, "difference") + ".";
}

}  // namespace

std::string explanation_text(const json& answer) {
  const json finding = object_at(answer, "finding");
  std::string out = text_at(answer, "sentence") + "\n";
  out += fmt::format("{} ({}), severity {}; {}\n",
                     text_at(finding, "metric_title"),
                     text_at(finding, "kind"),
                     text_at(finding, "severity"),
                     text_at(answer, "rarity"));
  const std::string since_then = text_at(object_at(answer, "aftermath"), "sentence");
  if (!since_then.empty()) out += "Since then: " + since_then + "\n";
  add_list(
      slot_words(answer, finding).c_str(),
      list_at(answer, "same_slot"),
      [](const json& past) { return text_at(past, "at") + "  " + people_text(past, "value"); },
      &out);
  add_list(
      "What else moved:",
      list_at(answer, "also_moved"),
      [](const json& moved) {
        return fmt::format("{}  {}  (score {}, {})",
                           text_at(moved, "at"),
                           text_at(moved, "metric_title"),
                           people_text(moved, "score"),
                           text_at(moved, "finding_id"));
      },
      &out);
  add_list(
      "What was changed the day before:",
      list_at(answer, "changes"),
      [](const json& change) {
        return fmt::format("{}  {} {} {} {}",
                           text_at(change, "at"),
                           text_at(change, "who"),
                           text_at(change, "what"),
                           text_at(change, "object"),
                           text_at(change, "detail"));
      },
      &out);
  out += "\n" + text_at(answer, "sureness") + "\n" + receipt_words(answer) + "\n";
  const json verdict = object_at(finding, "verdict");
  if (!verdict.empty()) {
    out +=
        fmt::format("Verdict: {} {}\n", text_at(verdict, "verdict"), text_at(verdict, "comment"));
  }
  return out;
}

std::string list_text(const json& answer) {
  std::string out;
  for (const json& finding : list_at(answer, "findings")) {
    out += fmt::format("{}\t{}\t{}\t{}: {}\n",
                       text_at(finding, "id"),
                       text_at(finding, "at"),
                       text_at(finding, "severity"),
                       text_at(finding, "metric_title"),
                       text_at(finding, "reason"));
  }
  return out;
}

}  // namespace tidemark::cli::why
