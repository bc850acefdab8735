#include "alarm/mute_commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "alarm/core/check.h"
#include "alarm/core/core.h"
#include "alarm/core/token.h"

namespace tidemark::alarm {
namespace {

MuteRuleView view_of(KeptMute& kept, Timestamp now) {
  MuteRuleView out;
  out.rule = kept.rule;
  out.status = kept.windows.status(now);
  out.recurs = kept.windows.recurs();
  out.muted_until = kept.windows.muted_until(now);
  out.next_begin = kept.windows.next_begin(now);
  return out;
}

bool passes(const MuteFilter& filter, const MuteRuleView& view) {
  const MuteRule& rule = view.rule;
  const auto& names = rule.alarm_names;
  const auto& statuses = filter.statuses;
  return in_scope(filter.scope, rule.account, rule.region) &&
         (filter.name.empty() || filter.name == rule.name) &&
         (filter.alarm_name.empty() ||
          std::find(names.begin(), names.end(), filter.alarm_name) != names.end()) &&
         (statuses.empty() ||
          std::find(statuses.begin(), statuses.end(), view.status) != statuses.end());
}

}  // namespace

Outcome<void> MuteCommands::put(MuteRule rule) {
  TM_TRY_VOID(check_mute_rule(rule));
  // Kept rules of earlier versions stay.
  if (!MuteWindows(rule).can_begin()) {
    return invalid(
        fmt::format("Expression '{}' never mutes: no month of it has such a day", rule.expression));
  }
  auto& core = *engine_.core_;
  return core.worker().ask([&]() -> Outcome<void> {
    for (const std::string& name : rule.alarm_names) {
      if (core.find(alarm_arn(rule.account, rule.region, name)) != nullptr) continue;
      return invalid(fmt::format("There is no alarm of the name {}", name));
    }
    return core.put_mute(std::move(rule));
  });
}

Outcome<void> MuteCommands::remove(const AlarmScope& scope, const std::string& name) {
  auto& core = *engine_.core_;
  return core.worker().ask([&] { return core.remove_mute({name, scope.region, scope.account}); });
}

std::optional<MuteRuleView> MuteCommands::find(const AlarmScope& scope,
                                               const std::string& name) const {
  auto& core = *engine_.core_;
  return core.worker().ask([&]() -> std::optional<MuteRuleView> {
    KeptMute* kept = core.mutes().find({name, scope.region, scope.account});
    if (kept == nullptr) return std::nullopt;
    return view_of(*kept, core.deps().clock.wall());
  });
}

Outcome<MutePage> MuteCommands::list(const MuteFilter& filter) const {
  MuteKey after;
  if (!filter.token.empty()) {
    const auto parts = read_token(filter.token, 3);
    if (!parts) return bad_token();
    after = {(*parts)[0], (*parts)[1], (*parts)[2]};
  }
  const std::size_t limit = std::clamp<std::size_t>(filter.limit, 1, kMutePageMax);
  auto& core = *engine_.core_;
  return core.worker().ask([&] {
    const Timestamp now = core.deps().clock.wall();
    MutePage page;
    auto& rules = core.mutes().rules();
    for (auto entry = rules.upper_bound(after); entry != rules.end(); ++entry) {
      MuteRuleView view = view_of(entry->second, now);
      if (!passes(filter, view)) continue;
      if (page.rules.size() == limit) {
        const MuteRule& last = page.rules.back().rule;
        page.next_token = make_token({last.name, last.region, last.account});
        break;
      }
      page.rules.push_back(std::move(view));
    }
    return page;
  });
}

std::vector<MuteRule> MuteCommands::rules_of(const std::string& alarm_arn) const {
  auto& core = *engine_.core_;
  return core.worker().ask([&] { return core.mutes().rules_of(alarm_arn); });
}

}  // namespace tidemark::alarm
