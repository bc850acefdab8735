#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "alarm/rule.h"

namespace tidemark::alarm {

using ActionList = std::vector<std::string> AlarmRule::*;
/// Of each state that an alarm goes into.
inline constexpr ActionList kActionLists[] = {
    &AlarmRule::ok_actions, &AlarmRule::alarm_actions, &AlarmRule::insufficient_data_actions};

/// Whether an action of the rule, of whatever state, is such a one.
template <typename Predicate>
bool any_action(const AlarmRule& rule, const Predicate& is_it) {
  return std::any_of(std::begin(kActionLists), std::end(kActionLists), [&](ActionList list) {
    return std::any_of((rule.*list).begin(), (rule.*list).end(), is_it);
  });
}

inline bool has_action(const AlarmRule& rule, const std::string& action) {
  return any_action(rule, [&](const std::string& each) { return each == action; });
}

}  // namespace tidemark::alarm
