#include "act/runbook/event.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "act/message/alarm_message.h"
#include "codec/json.h"

namespace tidemark::act::runbook {
namespace {

using codec::Document;

bool is_harmless(std::string_view text) {
  constexpr std::size_t kMaxBytes = 512;
  constexpr std::string_view kSigns = "-_.:/+@";
  return !text.empty() && text.size() <= kMaxBytes && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kSigns.find(c) != std::string_view::npos;
         });
}

Document evidence(const Transition& transition) {
  Document out = Document::list();
  for (const EvidencePoint& point : transition.evidence) {
    Document item{{"time", format_rfc3339(point.at)}};
    item.set_if("value", point.value);
    item.set_if("lower", point.lower);
    item.set_if("expected", point.expected);
    item.set_if("upper", point.upper);
    out.push_back(std::move(item));
  }
  return out;
}

/// JSON text of ours as a value; text that is none is kept as text.
Document parsed(const std::string& json) {
  auto value = codec::read_json(json);
  return value ? *std::move(value) : Document(json);
}

}  // namespace

std::string event_json(const Notice& notice) {
  const Transition& t = *notice.transition;
  Document out{{"version", 1},
               {"delivery_id", notice.delivery_id},
               {"transition_id", t.id},
               {"alarm_name", t.alarm_name},
               {"alarm_arn", t.alarm_arn},
               {"alarm_description", t.alarm_description},
               {"account", t.account},
               {"region", t.region},
               {"old_state", t.old_state},
               {"new_state", t.new_state},
               {"reason", t.reason},
               {"time", format_rfc3339(t.at)},
               {"late", t.late},
               {"drill", t.drill},
               {"metric", t.metric_title}};
  if (!t.reason_data.empty()) out.set("reason_data", parsed(t.reason_data));
  if (!t.configuration_json.empty()) out.set("configuration", parsed(t.configuration_json));
  out.set("evidence", evidence(t));
  return codec::write_json(out);
}

std::vector<std::string> environment(const std::string& event,
                                     const std::string& runbook,
                                     const std::string& delivery_id,
                                     int attempt) {
  std::vector<std::string> out{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                               "LANG=C.UTF-8",
                               "TIDEMARK_DELIVERY_ID=" + delivery_id,
                               fmt::format("TIDEMARK_ATTEMPT={}", attempt)};
  const auto add = [&](const char* name, std::string_view value) {
    if (is_harmless(value)) out.push_back(fmt::format("{}={}", name, value));
  };
  add("TIDEMARK_RUNBOOK", runbook);
  const auto document = codec::read_json(event);
  if (!document) return out;
  constexpr std::pair<const char*, const char*> kMembers[] = {{"TIDEMARK_ALARM_NAME", "alarm_name"},
                                                              {"TIDEMARK_ALARM_ARN", "alarm_arn"},
                                                              {"TIDEMARK_OLD_STATE", "old_state"},
                                                              {"TIDEMARK_NEW_STATE", "new_state"},
                                                              {"TIDEMARK_TIME", "time"}};
  for (const auto& [name, member] : kMembers)
    add(name, document->text_at(member).value_or(""));
  return out;
}

}  // namespace tidemark::act::runbook
