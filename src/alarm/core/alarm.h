#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alarm/core/status.h"
#include "alarm/evaluate.h"
#include "alarm/rule.h"
#include "query/metric_data.h"

namespace tidemark::alarm {

/// One alarm in memory, owned by the engine's worker. What begins with the rule is worked out from
/// it once; the rest is where its evaluation stands.
struct Alarm {
  AlarmRule rule;
  std::string arn;
  Judgement judgement;
  std::vector<MetricQuery> queries;
  std::string watched;
  Duration period{std::chrono::seconds(60)};
  std::optional<query::BandRequest> band;
  /// It watches a Metrics Insights query, which may read thousands of series: it is evaluated when
  /// a period closes, not with every sample.
  bool selects = false;

  AlarmStatus status;
  /// Of the last evaluation: it is never done for an earlier instant.
  Timestamp evaluated_at = Timestamp::min();
  /// Newest sample that was handed over: an evaluation sees at least what an earlier one saw.
  Timestamp seen_to = Timestamp::min();
  /// Periods that start before this were closed at the last evaluation.
  Timestamp closed_before = Timestamp::min();
  std::optional<Timestamp> due;
  /// A sample came for a period that was closed already.
  bool late = false;
  /// Transitions whose transaction failed: found again they have the same ids.
  std::vector<std::pair<AlarmState, std::string>> retries;
  std::string evaluation_error;
  bool is_partial = false;  ///< the last evaluation saw a part of what its query matches
};

/// `rule` must have passed check_rule().
Alarm make_alarm(AlarmRule rule);
/// Takes the rule's place and keeps the state; evaluation starts anew.
void replace_rule(Alarm* alarm, AlarmRule rule);

}  // namespace tidemark::alarm
