#include "judge/configured_verdicts.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "judge/math_target.h"

namespace tidemark::judge {
namespace {

using nlohmann::json;

/// What of the file was given: its words by what they are about.
constexpr const char* kCollection = "configured_verdict";

std::string key_of(const ConfiguredVerdict& given) {
  if (given.verdict != Verdict::missed) return given.finding;
  return missed_subject(given.from, given.to) + " " + identity_key(given.target);
}

std::string words_of(const ConfiguredVerdict& given) {
  const json out{{"verdict", to_text(given.verdict)}, {"comment", given.comment}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool has_mark(const DetectorSpec& spec, const std::string& subject) {
  return std::any_of(spec.marks.begin(), spec.marks.end(), [&](const Mark& mark) {
    return mark.subject == subject;
  });
}

/// Nothing where it is said already: a crash may have come before that was remembered.
Result<void> give(const FindingBook::Deps& deps, const ConfiguredVerdict& given) {
  FindingBook book(deps, kByConfiguration);
  if (given.verdict == Verdict::missed) {
    const auto detector = deps.judge.find(given.target);
    if (detector && has_mark(detector->spec, missed_subject(given.from, given.to))) return {};
    return book.missed(given.target, given.from, given.to);
  }
  TM_TRY(const auto view, book.find(given.finding));
  if (view.verdict && view.verdict->verdict == given.verdict &&
      view.verdict->comment == given.comment) {
    return {};
  }
  return book.judge(given.finding, given.verdict, given.comment).map([](const auto&) {});
}

}  // namespace

Result<std::size_t> give_configured(const FindingBook::Deps& deps,
                                    const std::vector<ConfiguredVerdict>& verdicts) {
  TM_TRY(const auto documents, deps.control.documents(kCollection));
  std::map<std::string, std::string> given;
  for (const ControlDocument& document : documents)
    given.emplace(document.key, document.body);
  std::map<std::string, std::string> stands;
  std::size_t about_nothing = 0;
  for (const ConfiguredVerdict& each : verdicts) {
    const std::string key = key_of(each), words = words_of(each);
    stands[key] = words;
    const auto before = given.find(key);
    if (before != given.end() && before->second == words) continue;
    const auto done = give(deps, each);
    if (done) {
      TM_TRY_VOID(deps.control.commit_and_wait({PutDocument{{kCollection, key, words}}}));
      continue;
    }
    const Errc code = done.error().code;
    if (code != Errc::not_found && code != Errc::limit) return tl::unexpected(done.error());
    ++about_nothing;
    log(LogLevel::warn,
        "a verdict of the configuration file cannot be given",
        {{"about", key}, {"why", done.error().what}});
  }
  std::vector<ControlChange> gone;
  for (const auto& [key, words] : given) {
    if (!stands.contains(key)) gone.emplace_back(DeleteDocument{kCollection, key});
  }
  if (!gone.empty()) TM_TRY_VOID(deps.control.commit_and_wait(std::move(gone)));
  return about_nothing;
}

}  // namespace tidemark::judge
